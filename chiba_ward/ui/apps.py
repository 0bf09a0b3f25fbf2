"""The look and the forms of the portal."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UiConfig(AppConfig):
    """Forms, components and dates that every screen stands on; knows no domain."""

    name = "chiba_ward.ui"
    label = "ui"
    verbose_name = _("画面の部品")
