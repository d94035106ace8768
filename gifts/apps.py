from django.apps import AppConfig


class GiftsConfig(AppConfig):
    name = "gifts"
    verbose_name = "Gifts"

    def ready(self) -> None:
        from accounts import hooks
        from gifts import budget_mail, challenges, checks, feed, guardians, panel, personal
        from ledger.hooks import checks as ledger_checks
        from live.hooks import event_readers, room_panels
        from wallet import hooks as wallet_hooks

        budget_mail.register()
        hooks.guardian_gift_limit.register(guardians.follow_guardian)
        ledger_checks.register(checks.findings)
        event_readers.register(feed.facts)
        room_panels.register(panel.gift_panel)
        wallet_hooks.given_between.register(challenges.given_between)
        wallet_hooks.givers_after.register(challenges.givers_after)
        hooks.export_parts.register(personal.export)
        hooks.erase_person.register(personal.erase)
