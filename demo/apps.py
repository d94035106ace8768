from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "demo"
    verbose_name = "Demo and test mode only"

    def ready(self) -> None:
        from accounts import hooks
        from demo import personal

        hooks.export_parts.register(personal.export)
        hooks.erase_person.register(personal.erase)
