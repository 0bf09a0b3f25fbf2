"""Which tables reach a matter, and how a matter is enclosed: what the tests of the second wall share."""

from typing import Any

from django.apps import apps
from django.db import connection, models

from chiba_ward.access.actor import SYSTEM
from chiba_ward.casework.models import Matter
from chiba_ward.compartments import seats, services
from chiba_ward.compartments.enums import CompartmentKind
from chiba_ward.compartments.models import Compartment
from chiba_ward.directory.models import Posting

WHY = "試験のため"


def reaching() -> list[type[models.Model]]:
    """Every model with a table whose rows lead to a matter, by however many steps; a new model joins by itself."""
    found: dict[type[models.Model], None] = {Matter: None}
    candidates = [one for one in apps.get_models(include_auto_created=True) if _has_table(one)]
    grown = True
    while grown:
        more = [one for one in candidates if one not in found and _leads_to(one, found)]
        found |= dict.fromkeys(more)
        grown = bool(more)
    return list(found)


def _has_table(model: type[models.Model]) -> bool:
    return model._meta.managed and not model._meta.proxy


def _leads_to(model: type[models.Model], found: dict[type[models.Model], None]) -> bool:
    return any(
        (field.many_to_one or field.one_to_one)
        and field.related_model is not None
        and field.related_model._meta.concrete_model in found
        for field in model._meta.get_fields()
        if field.concrete
    )


def compartment(*postings: Posting, **fields: Any) -> Compartment:
    """A new one, in which these people sit."""
    made = Compartment.objects.create(kind=CompartmentKind.CHILD_ABUSE, **fields)
    for posting in postings:
        seats.admit(made, posting, by=SYSTEM, reason=WHY)
    return made


def enclose(matter: Matter, *postings: Posting) -> Compartment:
    """The matter in a compartment of its own."""
    made = compartment(*postings)
    services.enclose(matter, made, by=SYSTEM)
    return made


def counted(table: str, where: str = "TRUE") -> int:
    """By SQL of one's own, as somebody would who has found a way in."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)} WHERE {where}")
        found: int = cursor.fetchone()[0]
    return found


def setting(name: str = "portal.compartments") -> str:
    """What this connection has open now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting(%s, true), '')", [name])
        found: str = cursor.fetchone()[0]
    return found
