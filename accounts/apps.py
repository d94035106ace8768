from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Who people are"

    def ready(self) -> None:
        from accounts import receivers  # noqa: PLC0415 - models must be loaded first

        receivers.connect()
