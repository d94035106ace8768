from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Who people are"

    def ready(self) -> None:
        from accounts import erasing, hooks, personal, receivers

        receivers.connect()
        hooks.export_parts.register(personal.export)
        hooks.erase_person.register(personal.erase)
        hooks.erase_person.register(erasing.erase_mails)
