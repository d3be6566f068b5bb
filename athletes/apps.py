from django.apps import AppConfig


class AthletesConfig(AppConfig):
    name = "athletes"
    label = "athletes"
    verbose_name = "Records"
