from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "live"
    verbose_name = "Live rooms"

    def ready(self) -> None:
        from accounts import hooks
        from live import comment_mail, comments_personal, feed, notices, personal, profile_panels, selectors
        from live.hooks import event_readers

        event_readers.register(feed.message_facts)
        event_readers.register(profile_panels.comment_facts)
        hooks.live_room_url.register(selectors.live_room_url)
        hooks.profile_panels.register(profile_panels.panels_of)
        for part in (personal.export, comments_personal.parts_of):
            hooks.export_parts.register(part)
        hooks.closing_hindrances.register(personal.hindrances)
        for erase in (personal.erase, comments_personal.erase):
            hooks.erase_person.register(erase)
        comment_mail.register()
        notices.register()
