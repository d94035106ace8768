from django.apps import AppConfig


class CareConfig(AppConfig):
    name = "care"
    verbose_name = "Help and care"

    def ready(self) -> None:
        from accounts import hooks
        from care import (  # noqa: F401 (words and handlers register themselves)
            data_words,
            dispute_handlers,
            dispute_mails,
            dispute_pages,
            dispute_personal,
            parts,
            personal,
            receivers,
            words,
        )
        from care.services import order_cases
        from payouts.hooks import studio_panels
        from wallet.hooks import buying_stops, open_case, order_panels

        words.register()
        open_case.register(order_cases.open_for_order)
        receivers.connect()
        buying_stops.register(dispute_pages.buying_stop)
        order_panels.register(dispute_pages.order_panel)
        studio_panels.register(dispute_pages.studio_panel)
        for part in (personal.export, parts.export_parts, dispute_personal.export):
            hooks.export_parts.register(part)
        hooks.stored_files.register(personal.stored_files)
        hooks.file_contents.register(parts.file_contents)
        for hinder in (parts.closing_hindrances, dispute_personal.hindrances):
            hooks.closing_hindrances.register(hinder)
        hooks.needed_events.register(parts.needed_events)
        hooks.provider_ids.register(dispute_personal.provider_ids)
        for erase in (personal.erase, parts.erase_person, dispute_personal.erase):
            hooks.erase_person.register(erase)
