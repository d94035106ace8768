from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class BackofficeAdminConfig(AdminConfig):
    """Django's admin with our site in place of the default one."""

    default_site = "backoffice.site.BackOfficeSite"


class BackofficeConfig(AppConfig):
    name = "backoffice"
    verbose_name = "Back office"
