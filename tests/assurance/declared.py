"""The names that the portal's forms ask for: whatever else is posted must set nothing."""

from importlib import import_module
from pkgutil import walk_packages

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import flatten

import chiba_ward
import consultations

# Modules that begin a process, or are read by a command alone.
WITHOUT_FORMS = (".migrations.", ".settings.", ".management.", ".wsgi.", ".celery.")


def fields_of_forms() -> set[str]:
    """Of every form class of ours, with and without prefix, and of every admin page that may be changed."""
    for package in (chiba_ward, consultations):
        for module in walk_packages(package.__path__, f"{package.__name__}."):
            if not any(part in f"{module.name}." for part in WITHOUT_FORMS):
                import_module(module.name)
    names = {name for form in _subclasses(forms.BaseForm) for name in getattr(form, "base_fields", {})}
    for model, page in admin.site._registry.items():
        named = getattr(getattr(page.form, "_meta", None), "fields", None) or page.fields
        names |= set(flatten(named or [field.name for field in model._meta.fields if field.editable]))
    return names


def _subclasses(base: type) -> set[type]:
    found = set()
    for one in base.__subclasses__():
        found |= {one, *_subclasses(one)}
    return {one for one in found if one.__module__.startswith(("chiba_ward", "community", "consultations"))}
