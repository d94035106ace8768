from django.apps import AppConfig


class PayoutsConfig(AppConfig):
    name = "payouts"
    verbose_name = "Diamonds to money"

    def ready(self) -> None:
        from ledger.hooks import checks as ledger_checks
        from payouts import webhooks  # noqa: F401 (its handlers register themselves)
        from payouts.checks import check_payouts

        ledger_checks.register(check_payouts)
