from django.apps import AppConfig


class CareConfig(AppConfig):
    name = "care"
    verbose_name = "Help and care"

    def ready(self) -> None:
        from accounts import hooks
        from care import parts, receivers, words

        hooks.export_parts.register(parts.export_parts)
        hooks.closing_hindrances.register(parts.closing_hindrances)
        hooks.erase_person.register(parts.erase_person)
        words.register()
        receivers.connect()
