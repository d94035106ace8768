from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class BackofficeAdminConfig(AdminConfig):
    """Django's admin with our site in place of the default one."""

    default_site = "backoffice.site.BackOfficeSite"


class BackofficeConfig(AppConfig):
    name = "backoffice"
    verbose_name = "Back office"

    def ready(self) -> None:
        from accounts import hooks
        from backoffice import personal
        from backoffice.alerts import tell_of_stuck_mail
        from events.checks import gaps
        from ledger.hooks import checks

        checks.register(
            gaps
        )  # here, as several floors publish and the books and the log do not know each other
        hooks.export_parts.register(personal.export)
        hooks.erase_person.register(personal.erase)
        hooks.mail_stuck.register(tell_of_stuck_mail)
