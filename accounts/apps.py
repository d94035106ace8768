from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Who people are"

    def ready(self) -> None:
        from accounts import factor_receivers, receivers

        receivers.connect()
        factor_receivers.connect()
