from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Who people are"

    def ready(self) -> None:
        from accounts import (
            activity_receivers,
            consent_parts,
            consent_tasks,
            erasing,
            factor_hooks,
            factor_receivers,
            form_words,
            hooks,
            limits,
            notices,
            password_reset,
            personal,
            receivers,
            sign_in_data,
            social_personal,
            social_views,
            social_words,
        )
        from accounts.services.avatars import forget_avatar

        receivers.connect()
        activity_receivers.connect()
        limits.note_waits()
        form_words.speak_in_headless()
        password_reset.install()
        hooks.export_parts.register(sign_in_data.export_ways_in)
        hooks.erase_person.register(sign_in_data.erase_ways_in)
        hooks.export_parts.register(personal.export)
        hooks.stored_files.register(personal.stored_files)
        hooks.erase_person.register(personal.erase)
        hooks.erase_person.register(erasing.erase_mails)
        hooks.erase_person.register(erasing.erase_devices)
        hooks.export_parts.register(erasing.export_devices)
        hooks.erase_person.register(erasing.erase_handles)
        hooks.erase_person.register(forget_avatar)
        hooks.erase_person.register(social_personal.erase)
        hooks.export_parts.register(social_personal.export)
        hooks.profile_panels.register(social_views.profile_panel)
        social_words.register()
        factor_receivers.connect()
        notices.register()
        consent_parts.register()
        assert consent_tasks.keep_ages.name  # its import makes the tasks known to the worker
        factor_hooks.connect()
