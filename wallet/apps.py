from django.apps import AppConfig

from ledger.hooks import checks


class WalletConfig(AppConfig):
    name = "wallet"
    verbose_name = "Coins bought"

    def ready(self) -> None:
        from accounts import hooks
        from ledger import lotchecks
        from wallet import (  # noqa: F401 - models must be loaded first; mails and handlers register themselves
            handlers,
            limits_mail,
            mails,
            offer_badges,
            offer_checks,
            offer_mails,
            offer_personal,
            personal,
            refund_handlers,
            selectors,
        )

        offer_mails.register()
        hooks.profile_panels.register(offer_badges.panels)
        checks.register(selectors.orders_against_books)
        checks.register(selectors.receipts_without_gaps)
        checks.register(lotchecks.findings)
        checks.register(offer_checks.bonuses_against_books)
        hooks.export_parts.register(personal.export)
        hooks.export_parts.register(offer_personal.export)
        hooks.closing_hindrances.register(personal.hindrances)
        hooks.provider_ids.register(personal.provider_ids)
        hooks.erase_person.register(personal.erase)
        hooks.erase_person.register(offer_personal.erase)
