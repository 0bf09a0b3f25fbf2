"""Rows to seal, and the raw bytes behind them."""

from typing import Any

from django.db import connection

from consultations.models import Consultation, Party
from tests.consultations.staff_support import House

SECRET = "ひみつのことば"


def party(house: House, **fields: str) -> Party:
    case = house.case("母のことで相談", body="夜中に出ていく")
    return Party.objects.create(consultation=case, kind="subject", **{"name": SECRET, **fields})


def raw(table: str, column: str, key: str, value: object) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table} WHERE {key} = %s", [value])
        return bytes(cursor.fetchone()[0])


def overwrite(table: str, column: str, key: str, value: object, content: bytes) -> None:
    """As the application may; history only in an `as_owner` block."""
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {column} = %s WHERE {key} = %s", [content, value])


def body_of(case: Consultation) -> bytes:
    return raw("consultations_consultation", "body", "matter_id", case.pk)


def run(statement: str, *parameters: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall()) if cursor.description else []
