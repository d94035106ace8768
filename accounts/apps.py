from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Who people are"

    def ready(self) -> None:
        from accounts import limits, password_reset, receivers

        receivers.connect()
        limits.note_waits()
        password_reset.install()
