"""Every column is sealed or in the clear for a reason that somebody wrote down (ASVS 14.1.1, ASSURANCE PR2)."""

from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from django.apps import apps
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from chiba_ward.sealed.fields import SealedField, SealedTextField

INVENTORY = yaml.safe_load((settings.BASE_DIR / "docs" / "sealed-columns.yaml").read_text(encoding="utf-8"))
HOLDS_WORDS = (
    models.CharField,
    models.TextField,
    models.JSONField,
    models.FileField,
    models.BinaryField,
    ArrayField,
)
ADVICE = (
    "A new column that holds words. If a resident could write there, or staff about a resident, make it a SealedTextField or"
    " SealedJSONField (a numbered table then needs SealedRowKey). Write it into docs/sealed-columns.yaml either way, with the reason."
)


def own_models() -> Iterator[type[models.Model]]:
    """Those of the portal, without the history tables, which follow the model they tell of."""
    for model in apps.get_models(include_auto_created=True):
        is_ours = model.__module__.split(".")[0] in (
            "chiba_ward",
            "community",
            "consultations",
        ) or "requests/" in str(apps.get_app_config(model._meta.app_label).path)
        if is_ours and not hasattr(model, "pgh_tracked_model"):
            yield model


def unlisted(model: type[models.Model]) -> list[str]:
    """Columns of the model that hold words and stand neither sealed nor in the list."""
    if model._meta.app_label in INVENTORY["apps_in_clear"]:
        return []
    sealed, clear = (INVENTORY[part].get(model._meta.label, {}) for part in ("sealed", "in_clear"))
    return [
        f"{model._meta.label}.{field.name}"
        for field in model._meta.local_concrete_fields
        if (isinstance(field, SealedField) and field.name not in sealed)
        or (_holds_words(field) and field.name not in clear)
    ]


def _holds_words(field: Any) -> bool:
    """Fixed choices are codes."""
    choices = field.choices or getattr(getattr(field, "base_field", None), "choices", None)
    return isinstance(field, HOLDS_WORDS) and not isinstance(field, SealedField) and not choices


def test_every_column_is_sealed_or_listed_with_a_reason() -> None:
    missing = [column for model in own_models() for column in unlisted(model)]
    assert not missing, f"{ADVICE}\n{missing}"


@pytest.mark.parametrize("part", ["sealed", "in_clear"])
def test_nothing_is_listed_that_is_not_there(part: str) -> None:
    gone = []
    for label, columns in INVENTORY[part].items():
        known = {field.name: field for field in apps.get_model(label)._meta.local_concrete_fields}
        for name, reason in columns.items():
            is_right = name in known and isinstance(known[name], SealedField) == (part == "sealed")
            if not (is_right and reason and len(reason) > 3):
                gone.append(f"{label}.{name}")
    assert gone == []


def test_history_keeps_sealed_what_its_model_seals() -> None:
    for model in apps.get_models():
        tracked = getattr(model, "pgh_tracked_model", None)
        for field in model._meta.local_concrete_fields if tracked else ():
            if field.name in {each.name for each in tracked._meta.local_concrete_fields}:
                original = tracked._meta.get_field(field.name)
                assert isinstance(field, SealedField) == isinstance(original, SealedField), field


def test_a_new_column_is_noticed() -> None:
    """The list bites: a model that nobody has looked at is named, column by column."""

    class Unseen(models.Model):
        note = models.TextField()
        kind = models.CharField(max_length=2, choices=[("a", "a")])
        name = SealedTextField()

        class Meta:
            app_label = "consultations"
            managed = False

        def __str__(self) -> str:
            return "unseen"

    try:
        assert unlisted(Unseen) == ["consultations.Unseen.note", "consultations.Unseen.name"]
    finally:
        del apps.all_models["consultations"]["unseen"]
        apps.clear_cache()


def test_numbered_rows_that_are_sealed_have_a_key_that_can_be_drawn() -> None:
    from chiba_ward.sealed.fields import sealed_fields
    from chiba_ward.sealed.rowkeys import SealedRowKey

    for model in own_models():
        key = model._meta.pk
        if sealed_fields(model) and isinstance(key, models.AutoField | models.BigAutoField):
            assert isinstance(key, SealedRowKey), f"{model._meta.label}: id = SealedRowKey(primary_key=True)"
