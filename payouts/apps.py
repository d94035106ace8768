from django.apps import AppConfig

from ledger.hooks import checks


class PayoutsConfig(AppConfig):
    name = "payouts"
    verbose_name = "Diamonds to money"

    def ready(self) -> None:
        from payouts.checks import check_payouts

        checks.register(check_payouts)
