from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Who people are"

    def ready(self) -> None:
        from accounts import erasing, hooks, receivers

        receivers.connect()
        hooks.erase_person.register(erasing.erase_mails)
