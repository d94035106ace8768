from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "live"
    verbose_name = "Live rooms"

    def ready(self) -> None:
        from accounts.hooks import live_room_url
        from live import feed, notices, selectors
        from live.hooks import event_readers

        event_readers.register(feed.message_facts)
        live_room_url.register(selectors.live_room_url)
        notices.register()
