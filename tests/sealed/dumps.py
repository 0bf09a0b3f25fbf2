"""What somebody holds who has stolen a backup."""

import os
import subprocess
from urllib.parse import urlsplit

from launcher.checkout import this_checkout
from launcher.postgres import find_binaries


def dump_of(name: str) -> str:
    """The database as `pg_dump` writes it, with every hexadecimal value also as the text it may be."""
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    dumped = subprocess.run(
        [find_binaries(this_checkout()) / "pg_dump", "--no-password", url], capture_output=True, check=True
    ).stdout.decode()
    return dumped + "\n".join(_texts_in_hex(dumped))


def _texts_in_hex(dumped: str) -> list[str]:
    values = (
        value for line in dumped.splitlines() for value in line.split("\t") if value.startswith("\\\\x")
    )
    return [bytes.fromhex(value[3:]).decode("utf-8", "replace") for value in values]
