from django.apps import AppConfig


class CareConfig(AppConfig):
    name = "care"
    verbose_name = "Help and care"

    def ready(self) -> None:
        from accounts import hooks
        from care import data_words, parts, personal, receivers, words  # noqa: F401 (data_words registers itself)
        from care.services import order_cases
        from wallet import hooks as wallet_hooks

        words.register()
        wallet_hooks.open_case.register(order_cases.open_for_order)
        receivers.connect()
        for part in (personal.export, parts.export_parts):
            hooks.export_parts.register(part)
        hooks.stored_files.register(personal.stored_files)
        hooks.file_contents.register(parts.file_contents)
        hooks.closing_hindrances.register(parts.closing_hindrances)
        for erase in (personal.erase, parts.erase_person):
            hooks.erase_person.register(erase)
