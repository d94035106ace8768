from django.apps import AppConfig


class PayoutsConfig(AppConfig):
    name = "payouts"
    verbose_name = "Diamonds to money"

    def ready(self) -> None:
        from accounts import hooks
        from ledger.hooks import checks as ledger_checks
        from payouts import personal, webhooks  # noqa: F401 (its handlers register themselves)
        from payouts.checks import check_payouts

        ledger_checks.register(check_payouts)
        hooks.export_parts.register(personal.export)
        hooks.closing_hindrances.register(personal.hindrances)
        hooks.provider_ids.register(personal.provider_ids)
        hooks.erase_person.register(personal.erase)
