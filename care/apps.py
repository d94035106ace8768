from django.apps import AppConfig


class CareConfig(AppConfig):
    name = "care"
    verbose_name = "Help and care"

    def ready(self) -> None:
        from care import receivers, words

        words.register()
        receivers.connect()
