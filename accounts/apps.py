from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Who people are"

    def ready(self) -> None:
        from accounts import hooks, limits, password_reset, receivers, sign_in_data

        receivers.connect()
        limits.note_waits()
        password_reset.install()
        hooks.export_parts.register(sign_in_data.export_ways_in)
        hooks.erase_person.register(sign_in_data.erase_ways_in)
