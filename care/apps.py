from django.apps import AppConfig


class CareConfig(AppConfig):
    name = "care"
    verbose_name = "Help and care"

    def ready(self) -> None:
        from accounts import hooks
        from care import personal, receivers

        receivers.connect()
        hooks.export_parts.register(personal.export)
        hooks.stored_files.register(personal.stored_files)
        hooks.erase_person.register(personal.erase)
