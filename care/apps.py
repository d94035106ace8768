from django.apps import AppConfig


class CareConfig(AppConfig):
    name = "care"
    verbose_name = "Help and care"

    def ready(self) -> None:
        from accounts import hooks
        from care import data_words, personal, receivers  # noqa: F401 (its words register themselves)

        receivers.connect()
        hooks.export_parts.register(personal.export)
        hooks.stored_files.register(personal.stored_files)
        hooks.erase_person.register(personal.erase)
