from __future__ import annotations

from django.apps import AppConfig

from guidance import checks  # noqa: F401 - importing it registers the system check


class GuidanceConfig(AppConfig):
    name = "guidance"
    label = "guidance"
    verbose_name = "Guidance"
