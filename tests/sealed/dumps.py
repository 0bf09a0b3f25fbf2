"""What somebody holds who has stolen a backup."""

import os
import subprocess
from contextlib import closing
from urllib.parse import urlsplit

import psycopg2

from launcher.checkout import this_checkout
from launcher.postgres import find_binaries


def dump_of(name: str) -> str:
    """The database as its owner's `pg_dump` writes it, every row of it, with every hexadecimal value also as the text it may be."""
    url = urlsplit(os.environ["DATABASE_OWNER_URL"])._replace(path=f"/{name}").geturl()
    dumped = subprocess.run(
        [find_binaries(this_checkout()) / "pg_dump", "--no-password", "--enable-row-security", url],
        env={**os.environ, "PGOPTIONS": f"-c portal.compartments={_every_compartment(url)}"},
        capture_output=True,
        check=True,
    ).stdout.decode()
    return dumped + "\n".join(_texts_in_hex(dumped))


def _every_compartment(url: str) -> str:
    """Row policies hold for the owner too: without this the dump would lack what lies in a compartment."""
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('compartments_compartment')")
        if cursor.fetchone() == (None,):
            return ""
        cursor.execute("SELECT string_agg(id::text, ',') FROM compartments_compartment")
        return cursor.fetchone()[0] or ""


def _texts_in_hex(dumped: str) -> list[str]:
    values = (
        value for line in dumped.splitlines() for value in line.split("\t") if value.startswith("\\\\x")
    )
    return [bytes.fromhex(value[3:]).decode("utf-8", "replace") for value in values]
