from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Who people are"

    def ready(self) -> None:
        from accounts import erasing, hooks, receivers
        from accounts.services.avatars import forget_avatar

        receivers.connect()
        hooks.erase_person.register(erasing.erase_mails)
        hooks.erase_person.register(erasing.erase_handles)
        hooks.erase_person.register(forget_avatar)
