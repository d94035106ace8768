from django.apps import AppConfig


class GiftsConfig(AppConfig):
    name = "gifts"
    verbose_name = "Gifts"

    def ready(self) -> None:
        from accounts.hooks import guardian_gift_limit
        from gifts import checks, feed, guardians, panel
        from ledger.hooks import checks as ledger_checks
        from live.hooks import event_readers, room_panels

        guardian_gift_limit.register(guardians.follow_guardian)
        ledger_checks.register(checks.findings)
        event_readers.register(feed.facts)
        room_panels.register(panel.gift_panel)
