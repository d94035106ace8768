from django.apps import AppConfig

from ledger.hooks import checks


class WalletConfig(AppConfig):
    name = "wallet"
    verbose_name = "Coins bought"

    def ready(self) -> None:
        from ledger import lotchecks
        from wallet import handlers, selectors  # noqa: F401 - models must be loaded first

        checks.register(selectors.orders_against_books)
        checks.register(lotchecks.findings)
