from django.apps import AppConfig


class GiftsConfig(AppConfig):
    name = "gifts"
    verbose_name = "Gifts"

    def ready(self) -> None:
        from accounts import hooks
        from gifts import budget_mail, checks, feed, guardians, panel, personal
        from ledger.hooks import checks as ledger_checks
        from live.hooks import event_readers, room_panels

        budget_mail.register()
        hooks.guardian_gift_limit.register(guardians.follow_guardian)
        ledger_checks.register(checks.findings)
        event_readers.register(feed.facts)
        room_panels.register(panel.gift_panel)
        hooks.export_parts.register(personal.export)
        hooks.erase_person.register(personal.erase)
