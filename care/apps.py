from django.apps import AppConfig


class CareConfig(AppConfig):
    name = "care"
    verbose_name = "Help and care"

    def ready(self) -> None:
        from accounts import hooks
        from care import data_words, parts, personal, receivers, words  # noqa: F401 (data_words registers itself)

        words.register()
        receivers.connect()
        for part in (personal.export, parts.export_parts):
            hooks.export_parts.register(part)
        hooks.stored_files.register(personal.stored_files)
        hooks.file_contents.register(parts.file_contents)
        hooks.closing_hindrances.register(parts.closing_hindrances)
        hooks.needed_events.register(parts.needed_events)
        for erase in (personal.erase, parts.erase_person):
            hooks.erase_person.register(erase)
