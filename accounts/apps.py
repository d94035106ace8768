from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Who people are"

    def ready(self) -> None:
        from accounts import activity_receivers, erasing, factor_hooks, factor_receivers, hooks, receivers

        receivers.connect()
        activity_receivers.connect()
        factor_receivers.connect()
        factor_hooks.connect()
        hooks.erase_person.register(erasing.erase_mails)
        hooks.erase_person.register(erasing.erase_activity)
