from django.apps import AppConfig


class LookConfig(AppConfig):
    name = "look"
    verbose_name = "The look"
