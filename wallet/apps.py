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
            personal,
            refund_handlers,
            selectors,
        )

        checks.register(selectors.orders_against_books)
        checks.register(selectors.receipts_without_gaps)
        checks.register(lotchecks.findings)
        hooks.export_parts.register(personal.export)
        hooks.closing_hindrances.register(personal.hindrances)
        hooks.provider_ids.register(personal.provider_ids)
        hooks.erase_person.register(personal.erase)
