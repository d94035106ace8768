from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Who people are"

    def ready(self) -> None:
        from accounts import hooks, personal
        from accounts import receivers

        receivers.connect()
        hooks.export_parts.register(personal.export)
        hooks.erase_person.register(personal.erase)
