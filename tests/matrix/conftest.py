"""The city of the matrix: the demo city, the people who are missing in it, and every stage; built once, never changed."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from chiba_ward.access.actor import CASE_KEY, REFERRAL_KEY
from chiba_ward.casework import drafts
from chiba_ward.casework.models import Draft
from chiba_ward.compartments.models import Compartment
from chiba_ward.directory.models import Office
from consultations import choices, relations
from tests.conftest import silence
from tests.guards.plugins.demo import copy_database, drop_database, using
from tests.matrix import actors
from tests.matrix.cells import STAGES
from tests.matrix.stages import Stage, World

AWAKE = 3600
Browsers = Callable[[str], Client]


@pytest.fixture(scope="session")
def matrix_city(
    demo_template: str, django_db_blocker: Any, tmp_path_factory: Any
) -> Iterator[tuple[str, World]]:
    """(name of the database, what stands in it). Each process of a parallel run builds its own."""
    name = f"{demo_template}_matrix"
    before = settings.MEDIA_ROOT
    with django_db_blocker.unblock():
        drop_database(name)
        copy_database(demo_template, name)
        settings.MEDIA_ROOT = tmp_path_factory.mktemp("matrix")
        with using(name):
            choices.forget()
            world = build()
        yield name, world
        settings.MEDIA_ROOT = before
        drop_database(name)


def build() -> World:
    """Everybody moves in, and every stage is set by the portal's own verbs."""
    world = World()
    actors.move_in()
    world.keys["office of the partner"] = Office.objects.get(code="wakaba-anshin-1").pk
    for stages in STAGES.values():
        for stage in stages.values():
            with transaction.atomic():
                set_stage(world, stage)
                world.rooms = frozenset(Compartment.objects.order_by("pk").values_list("pk", flat=True))
    return world


def set_stage(world: World, stage: Stage) -> None:
    row = stage.make(world, stage)
    world.rows[stage.object_name, stage.name] = (type(row), row.pk)


@contextmanager
def city_of(name: str, blocker: Any) -> Iterator[None]:
    with blocker.unblock(), using(name):
        choices.forget()
        try:
            yield
        finally:
            choices.forget()


@pytest.fixture(scope="module")
def world(matrix_city: tuple[str, World], django_db_blocker: Any) -> Iterator[World]:
    """The tests of one file run in the city; each undoes what it does.

    A stage may have been set an hour ago, and what is given away stays so: the half hour has tests of its own.
    """
    name, found = matrix_city
    before, relations.TAKE_BACK_WITHIN = relations.TAKE_BACK_WITHIN, dt.timedelta(days=1)
    try:
        with silence(), city_of(name, django_db_blocker), transaction.atomic():
            yield found
            transaction.set_rollback(True)
    finally:
        relations.TAKE_BACK_WITHIN = before


@pytest.fixture(scope="module")
def browsers(world: World) -> Browsers:
    """`browsers(name)`: the browser of this person, signed in once for the file, so never inside of `undone`."""
    known: dict[str, Client] = {}

    def browser(name: str) -> Client:
        if name not in known:
            if connection.savepoint_ids:
                raise RuntimeError(
                    f"ask for the browser of {name} before `undone`, which takes the session back"
                )
            known[name] = actors.browser(name, world.keys)
            keep_awake(known[name])
            if name == "anonymous":
                remember_draft(known[name], world)
        return known[name]

    return browser


def keep_awake(client: Client) -> None:
    """Signed in, proved and seen a moment ago, however long the file takes: no request has to write that down.

    Idle ends, and proofs that grow old, have tests of their own.
    """
    session = client.session
    now = timezone.now().timestamp()
    session.update({"since": now + AWAKE, "seen": now + AWAKE})
    if person := session.get(SESSION_KEY):
        proof = {"method": "password", "at": now + AWAKE, "reauthenticated": True}
        session.update(
            {"account_authentication_methods": [proof], "account_authentication_methods_user": person}
        )
    for key in (CASE_KEY, REFERRAL_KEY):
        if key in session:
            session[key] = {**session[key], "seen": now + AWAKE}
    session.save()


def remember_draft(client: Client, world: World) -> None:
    """The browser of somebody without an account has begun a draft of its own."""
    draft: Draft = world.row("draft", "begun by anonymous")
    request = RequestFactory().get("/")
    request.actor = world.by("anonymous")  # type: ignore[attr-defined]  # what the middleware sets
    client.cookies.update(drafts.remember(request, HttpResponse(), draft).cookies)
