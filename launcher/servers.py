"""PostgreSQL and the broker of one data folder, as services and as a context for short commands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from launcher.broker import Broker
from launcher.checkout import Checkout
from launcher.folder import DataFolder
from launcher.postgres import Postgres
from launcher.supervise import Service
from launcher.talk import Talk


def postgres_service(
    checkout: Checkout, folder: DataFolder, talk: Talk, *, throwaway: bool = False
) -> Service:
    """PostgreSQL, its cluster made where there is none yet. The folder's ports are chosen already."""
    server = Postgres(checkout, folder, throwaway=throwaway)
    if not folder.postgres.exists():
        with talk.step("データベースを作っています / creating the database"):
            server.prepare()
    else:
        server.prepare()
    child = server.child(folder.ports()["postgres"])
    return Service(child, "PostgreSQL", lambda: server.start(child), foundation=True)


def broker_service(checkout: Checkout, folder: DataFolder) -> Service:
    port = folder.ports()["broker"]
    broker = Broker(checkout, folder, folder.secrets()["broker_password"])
    child = broker.child(port)
    return Service(child, "ブローカー", lambda: broker.start(child, port), foundation=True)


@contextmanager
def postgres_running(checkout: Checkout, folder: DataFolder, talk: Talk) -> Iterator[None]:
    """PostgreSQL for the length of one command. The caller holds the folder."""
    folder.secrets()
    folder.choose_ports()
    service = postgres_service(checkout, folder, talk)
    service.begin()
    try:
        yield
    finally:
        service.child.stop()
