from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Who people are"

    def ready(self) -> None:
        from accounts import consent_parts, consent_tasks, notices, receivers

        receivers.connect()
        notices.register()
        consent_parts.register()
        assert consent_tasks.keep_ages.name  # its import makes the tasks known to the worker
