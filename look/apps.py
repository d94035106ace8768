from django.apps import AppConfig


class LookConfig(AppConfig):
    """The look: words, colours, symbols and drawings that every page, mail and admin list shares."""

    name = "look"
    verbose_name = "Look"
