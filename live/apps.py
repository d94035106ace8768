from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "live"
    verbose_name = "Live rooms"

    def ready(self) -> None:
        from accounts import hooks
        from live import comment_mail, comments_personal, feed, notices, profile_panels, selectors
        from live.hooks import event_readers

        event_readers.register(feed.message_facts)
        event_readers.register(profile_panels.comment_facts)
        hooks.live_room_url.register(selectors.live_room_url)
        hooks.profile_panels.register(profile_panels.panels_of)
        hooks.export_parts.register(comments_personal.parts_of)
        hooks.erase_person.register(comments_personal.erase)
        comment_mail.register()
        notices.register()
