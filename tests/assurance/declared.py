"""The names that the portal's forms ask for: whatever else is posted must set nothing."""

from importlib import import_module
from pkgutil import walk_packages

from django import forms
from django.contrib import admin

import chiba_ward
import consultations


def fields_of_forms() -> set[str]:
    """Of every form class of ours, with and without prefix, and of every admin page that may be changed."""
    for package in (chiba_ward, consultations):
        for module in walk_packages(package.__path__, f"{package.__name__}."):
            if (
                ".migrations" not in module.name
                and ".settings" not in module.name
                and ".management" not in module.name
            ):
                import_module(module.name)
    names = {name for form in _subclasses(forms.BaseForm) for name in getattr(form, "base_fields", {})}
    for model, page in admin.site._registry.items():
        named = getattr(getattr(page.form, "_meta", None), "fields", None) or page.fields
        names |= set(named or (field.name for field in model._meta.fields if field.editable))
    return names


def _subclasses(base: type) -> set[type]:
    found = set()
    for one in base.__subclasses__():
        found |= {one, *_subclasses(one)}
    return {one for one in found if one.__module__.startswith(("chiba_ward", "consultations"))}
