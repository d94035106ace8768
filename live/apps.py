from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "live"
    verbose_name = "Live rooms"

    def ready(self) -> None:
        from accounts import hooks
        from live import feed, personal, selectors
        from live.hooks import event_readers

        event_readers.register(feed.message_facts)
        hooks.live_room_url.register(selectors.live_room_url)
        hooks.export_parts.register(personal.export)
        hooks.closing_hindrances.register(personal.hindrances)
        hooks.erase_person.register(personal.erase)
