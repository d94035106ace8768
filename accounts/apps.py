from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Who people are"

    def ready(self) -> None:
        from accounts import activity_receivers, erasing, hooks, receivers

        receivers.connect()
        activity_receivers.connect()
        hooks.erase_person.register(erasing.erase_mails)
        hooks.erase_person.register(erasing.erase_activity)
