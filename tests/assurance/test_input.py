"""What comes in stays words, and sets nothing but what its form asks for (IN1, IN3, IN5)."""

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction
from django.test import Client

from tests.assurance import hostile
from tests.assurance.declared import fields_of_forms
from tests.guards.people import EVERYBODY, KEY_HOLDER, LINK_HOLDER, RESIDENT, actor, client_of
from tests.guards.places import Place, places_for
from tests.kept import touches
from tests.matrix.asking import forget_tries

READERS = (
    KEY_HOLDER,
    LINK_HOLDER,
    RESIDENT,
    "triage desk",
    "section",
    "partner",
    "coordinator",
    "system administrator",
)


# --- IN1


@pytest.mark.slow
@pytest.mark.usefixtures("without_lines")
@pytest.mark.parametrize("name", READERS)
def test_in1_no_text_becomes_markup_on_any_page(demo_city: None, name: str) -> None:
    client = client_of(name)
    places = places_for(actor(name), client)
    taken, refused = hostile.poison()
    assert len(taken) > 80
    assert refused <= REFUSED_BY_A_RULE, refused - REFUSED_BY_A_RULE
    problems, shown = [], 0
    for place in places:
        text = html_of(client, place)
        shown += hostile.is_shown(text)
        problems += [f"{place.path}: {what}" for what in hostile.broke_out(text)]
    assert problems == []
    assert shown >= 1, "the corpus stands on no page: nothing was proved"


REFUSED_BY_A_RULE: set[str] = set()


def html_of(client: Client, place: Place) -> str:
    """The page, with the session kept: the way out would end it."""
    cookies = copy(client.cookies)
    answer = client.get(place.path)
    client.cookies = cookies
    content = read(answer)
    return content.decode() if answer.headers.get("Content-Type", "").startswith("text/html") else ""


def read(answer: Any) -> bytes:
    """To the end, as a browser does: that closes a file."""
    return bytes(b"".join(answer) if answer.streaming else answer.content)


def test_in1_the_search_finds_what_it_looks_for() -> None:
    for text in hostile.CORPUS:
        page = f'<html><body><p title="{text}">{text}</p><a href="{text}">x</a></body></html>'
        assert hostile.broke_out(page), text
        from django.utils.html import escape

        assert hostile.broke_out(f"<html><body><p>{escape(text)}</p></body></html>") == []
        assert hostile.is_shown(escape(text))


# --- IN3

HEADERS = {
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cache-Control": "no-store",
}


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        ("/", "get", 200),
        ("/livez", "get", 200),
        ("/my/", "get", 302),
        ("/account/login/", "post", 403),
        ("/nowhere/", "get", 404),
        ("/account/posting/", "get", 302),
        ("/account/leave/", "put", 405),
    ],
)
def test_in3_every_answer_of_production_carries_the_headers(
    demo_city: None, settings: Any, path: str, method: str, status: int
) -> None:
    """As chiba_ward.settings.production sets them; that it does is tested in tests/access."""
    settings.SECURE_HSTS_SECONDS = 365 * 24 * 3600
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    client = Client(enforce_csrf_checks=method == "post")
    answer = getattr(client, method)(path, secure=True)
    assert answer.status_code == status
    assert {name: answer.headers.get(name, "") for name in HEADERS} == {
        **HEADERS,
        "Cache-Control": answer.headers["Cache-Control"],
    }
    assert "no-store" in answer.headers["Cache-Control"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert not {"Server", "X-Powered-By"} & set(answer.headers)


# --- IN5

# One of each kind of right; what a form takes does not depend on more.
SENDERS = (*[name for name in EVERYBODY if name in (KEY_HOLDER, LINK_HOLDER, RESIDENT, "partner")], "triage desk",
           "section", "auditor", "system administrator")  # fmt: skip
ANSWERED = {200, 302, 400, 422}


@pytest.mark.slow
@pytest.mark.usefixtures("without_lines")
@pytest.mark.parametrize("name", SENDERS)
def test_in5_the_name_of_a_column_sets_nothing(demo_city: None, name: str) -> None:
    """Each form is sent with what forms declare, and again with every column's name; nothing else must differ."""
    client = client_of(name)
    places = places_for(actor(name), client)
    columns, values, declared = protected(), hostile_values(), fields_of_forms()
    asked = {field: value for field, value in values.items() if field in declared}
    assert len(values) > 150
    assert {"state", "assignee", "owner_office", "is_active", "is_demo", "password"} <= set(values)
    sender = Sender(client, columns, held_by(columns))
    problems, sent = [], 0
    for place in places:
        plain, status = sender.after_post(place, asked)
        if status not in ANSWERED:
            continue
        sent += 1
        filled, _ = sender.after_post(place, values)
        if differing := {column for column in plain if plain[column] != filled[column]}:
            again, _ = sender.after_post(place, asked)  # what is drawn anew differs by itself
            differing -= {column for column in plain if plain[column] != again[column]}
        problems += [f"POST {place.path}: {column}" for column in sorted(differing)]
    assert not problems, "\n".join(problems)
    assert sent > 5


def protected() -> dict[str, list[str]]:
    """Table -> the columns that no form declares, without moments, which differ from post to post."""
    declared = fields_of_forms()
    chosen = {}
    for model in own_models():
        names = [
            field.column
            for field in model._meta.concrete_fields
            if field.name not in declared
            and not isinstance(field, models.DateTimeField)
            and not field.primary_key
        ]
        if names:
            chosen[model._meta.db_table] = names
    return chosen


def own_models() -> Iterator[type[models.Model]]:
    for model in apps.get_models():
        is_ours = model._meta.app_label in hostile.OWN and not model.__name__.endswith("Event")
        if is_ours and model._meta.db_table not in WRITTEN_BY_EVERY_POST:
            yield model


WRITTEN_BY_EVERY_POST = {"access_throttle", "access_readlogentry", "casework_draft", "casework_draftfile"}


# The yes of the admin's page that asks before it deletes, and the case that a resident's press is about.
ASKED_FOR = ("post", "number")


def hostile_values() -> dict[str, str]:
    """Each column's name with a value that it would take."""
    values: dict[str, str] = {}
    for model in own_models():
        for field in model._meta.concrete_fields:
            for name in (field.name, field.attname):
                values[name] = hostile_value(field)
    for name in ASKED_FOR:
        values.pop(name, None)
    return {**values, "groups": "1", "user_permissions": "1", "is_staff": "on", "is_superuser": "on"}


def hostile_value(field: Any) -> str:
    if field.choices:
        return str(field.flatchoices[-1][0])
    if isinstance(field, models.BooleanField):
        return "on"
    if isinstance(field, models.ForeignKey | models.IntegerField):
        return "1"
    if isinstance(field, models.DateField):
        return "2020-01-01"
    return "yokoyari"


Held = dict[str, str]
Columns = dict[str, list[str]]


def held_by(columns: Columns) -> Held:
    """What the protected columns of these tables hold."""
    return {name: text for table, names in columns.items() for name, text in fingerprints(table, names)}


@dataclass(frozen=True)
class Sender:
    client: Client
    columns: Columns
    before: Held
    """What every column holds before a post: as each post is undone, read once."""

    def after_post(self, place: Place, data: dict[str, str]) -> tuple[Held, int]:
        """What the protected columns hold after this post, and its status; the post and the session are undone.

        Only tables that the post or a trigger of it touched are read again.
        """
        cookies = copy(self.client.cookies)
        forget_tries()  # are counted for good: the next post would be one too many
        with transaction.atomic():
            before = touches()
            answer = self.client.post(place.path, data)
            read(answer)
            touched = {table for table, _ in touches().items() - before.items()}
            held = self.before | held_by(
                {table: self.columns[table] for table in touched & self.columns.keys()}
            )
            transaction.set_rollback(True)
        self.client.cookies = cookies
        return held, answer.status_code


def fingerprints(table: str, names: list[str]) -> Iterator[tuple[str, str]]:
    """(table.column, a hash of all its values)."""
    wanted = ", ".join(f'md5(string_agg("{name}"::text, chr(1) ORDER BY "{name}"::text))' for name in names)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {wanted} FROM {table}")
        for name, text in zip(names, cursor.fetchone(), strict=True):
            yield f"{table}.{name}", str(text)


@pytest.mark.django_db
def test_in5_the_check_notices_a_column_that_was_set() -> None:
    from tests.factories import make_user

    columns = protected()
    assert "is_demo" in columns["access_user"]
    before = dict(fingerprints("access_user", columns["access_user"]))
    user = make_user()
    user.is_demo = True
    user.save()
    after = dict(fingerprints("access_user", columns["access_user"]))
    assert "access_user.is_demo" in {name for name in after if after[name] != before[name]}
    assert settings.PORTAL_DEMO
