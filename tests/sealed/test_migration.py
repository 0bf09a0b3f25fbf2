"""A database from before the seals: nothing of it is lost, nothing of it stays readable, and a killed run goes on."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from chiba_ward.casework.models import Draft, TimelineEntry
from chiba_ward.casework.search import index
from chiba_ward.correspondence.models import CallAttempt, ContactCard
from chiba_ward.database import rights
from chiba_ward.database.roles import as_owner
from consultations.models import CitizenMessage, Consultation, Party, Referral, ReferralItem, ReferralQuestion
from tests.guards.plugins import demo
from tests.sealed.dumps import dump_of
from tests.sealed.support import run

pytestmark = pytest.mark.slow
BEFORE = [("casework", "0002_initial"), ("correspondence", "0002_initial"), ("consultations", "0002_initial")]
LINES = 12_000
WORD = "ヨメナイハズ"


@pytest.fixture
def old_database(django_db_setup: None, django_db_blocker: Any, apart: Any) -> Iterator[str]:
    """An empty database with the tables as they were before the seals."""
    name = f"before_seals_{os.getpid()}"
    with django_db_blocker.unblock():
        demo.drop_database(name)
        demo._run(f'CREATE DATABASE "{name}"')
        try:
            with demo.using(name):
                with as_owner() as owner:
                    executor = MigrationExecutor(owner)
                    executor.migrate([*BEFORE, *_others(executor)])
                    rights.give(owner)
                yield name
        finally:
            demo.drop_database(name)


def _others(executor: MigrationExecutor) -> list[tuple[str, str]]:
    """The newest migrations of every app that these three do not need anything later of."""
    return [
        node
        for node in executor.loader.graph.leaf_nodes()
        if node[0] in ("directory", "contenttypes", "sessions")
    ]


def fill() -> dict[str, Any]:
    """One of everything, in the words of old: readable."""
    executor = MigrationExecutor(connection)
    old = executor.loader.project_state([*BEFORE, *_others(executor)]).apps
    make = lambda label, **fields: old.get_model(label).objects.create(**fields)  # noqa: E731
    calendar = make("directory.Calendar", code="c", name="区役所")
    ward = make(
        "directory.Ward", slug="midori", name="緑区", kana="みどりく", name_en="Midori", code="1", order=1
    )
    offices = [
        make("directory.Office", code=f"o{n}", kind="section", ward=ward, calendar=calendar) for n in (1, 2)
    ]
    post = make("directory.Post", office=offices[0], name="係", role="SC")
    person = make("access.User", email="a@example.test", name="試験")
    seat = make("directory.Posting", person=person, post=post, starts_on="2020-04-01")
    matter = make("casework.Matter", receipt_no="S-7K4M-925W", kind="consultation")
    now = timezone.now()
    case = make(
        "consultations.Consultation", matter=matter, consultant_kind="self", chief_concern=f"主訴{WORD}", body=f"本文{WORD}",
        relation=f"母{WORD}", hits=[{"phrase": WORD, "urgency": "U1", "flag": ""}], outcome_note=f"転帰{WORD}",
        owner_office=offices[0], desk_office=offices[0], ward=ward, received_at=now, due_at=now,
    )  # fmt: skip
    make(
        "consultations.Party",
        consultation=case,
        kind="consulter",
        name=f"氏名{WORD}",
        kana=f"カナ{WORD}",
        phone="043-111-2222",
    )
    make("consultations.Party", consultation=case, kind="subject")
    make(
        "correspondence.ContactCard",
        matter=matter,
        email="yomenai@example.jp",
        may_email=True,
        forbidden=f"夫{WORD}",
    )
    make("consultations.CitizenMessage", consultation=case, direction="in", at=now, body=f"連絡{WORD}")
    referral = make(
        "consultations.Referral", consultation=case, route="paper", from_office=offices[0], to_office=offices[1],
        created_by=seat, basis="law", basis_note=f"根拠{WORD}", purpose=f"目的{WORD}", decline_reason=f"理由{WORD}",
    )  # fmt: skip
    make("consultations.ReferralItem", referral=referral, item="body", text=f"抜粋{WORD}")
    make("consultations.ReferralQuestion", referral=referral, asked_by="担当", question=f"質問{WORD}")
    notice = make("correspondence.Notice", matter=matter, template_key="k", recipient_kind="citizen")
    delivery = make("correspondence.Delivery", notice=notice, medium="call")
    make("correspondence.CallAttempt", delivery=delivery, posting=seat, result="absent", note=f"電話{WORD}")
    make(
        "casework.Draft",
        kind="consultation",
        data={"story": {"body": [WORD]}},
        expires_at=now + timezone.timedelta(days=1),
    )
    old.get_model("casework.TimelineEntry").objects.bulk_create(
        old.get_model("casework.TimelineEntry")(
            matter=matter, kind="consultation.note", text=f"{n}行目{WORD}" if n % 3 else ""
        )
        for n in range(LINES)
    )
    return {"case": case.pk, "referral": referral.pk}


def killed_migration(name: str, folder: Path) -> None:
    """`migrate` in a process of its own, killed while it seals the timeline."""
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    settings = {
        "DJANGO_SETTINGS_MODULE": "chiba_ward.settings.test",
        "DATABASE_URL": url,
        "PORTAL_DATA_DIR": str(folder),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "django", "migrate", "--noinput"],
        env={**os.environ, **settings}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 120
        while not _some_are_sealed():
            assert process.poll() is None, "it was too fast to be killed"
            assert time.monotonic() < deadline
            time.sleep(0.02)
    finally:
        process.kill()
        process.wait(30)


def _some_are_sealed() -> bool:
    asked = "SELECT 1 FROM pg_attribute WHERE attrelid = 'casework_timelineentry'::regclass AND attname = 'text__readable'"
    return bool(run(asked)) and bool(
        run("SELECT 1 FROM casework_timelineentry WHERE octet_length(text) > 0 LIMIT 1")
    )


def test_a_database_from_before_keeps_every_word_and_shows_none(old_database: str, tmp_path: Path) -> None:
    made = fill()
    assert WORD in dump_of(old_database)
    assert run("SELECT count(*) FROM consultations_consultationevent") == [(1,)]
    killed_migration(old_database, tmp_path)
    left = run("SELECT count(*) FROM casework_timelineentry WHERE text__readable IS NOT NULL")[0][0]
    assert 0 < left < LINES

    call_command("migrate", verbosity=0)
    texts = [line.text for line in TimelineEntry.objects.order_by("pk")]
    assert texts == [f"{n}行目{WORD}" if n % 3 else "" for n in range(LINES)]
    case = Consultation.objects.get(pk=made["case"])
    assert (case.chief_concern, case.body, case.relation) == (f"主訴{WORD}", f"本文{WORD}", f"母{WORD}")
    assert (case.hits, case.outcome_note) == ([{"phrase": WORD, "urgency": "U1", "flag": ""}], f"転帰{WORD}")
    event = Consultation.pgh_event_model.objects.get()
    assert (event.hits, event.outcome_note) == (case.hits, case.outcome_note)
    first, second = Party.objects.order_by("pk")
    assert (first.name, first.kana, first.phone, first.address) == (
        f"氏名{WORD}",
        f"カナ{WORD}",
        "043-111-2222",
        "",
    )
    assert not second.name
    card = ContactCard.objects.get()
    assert (card.email, card.forbidden, card.phone) == ("yomenai@example.jp", f"夫{WORD}", "")
    referral = Referral.objects.get()
    assert (referral.purpose, referral.basis_note, referral.decline_reason) == (
        f"目的{WORD}",
        f"根拠{WORD}",
        f"理由{WORD}",
    )
    event = Referral.pgh_event_model.objects.get()
    assert (referral.ground.code, event.ground_id, referral.ground_text) == ("law", referral.ground_id, "")
    assert event.basis_note == referral.basis_note
    assert CitizenMessage.objects.get().body == f"連絡{WORD}"
    assert ReferralItem.objects.get().text == f"抜粋{WORD}"
    assert ReferralQuestion.objects.get().question == f"質問{WORD}"
    assert CallAttempt.objects.get().note == f"電話{WORD}"
    assert Draft.objects.get().data == {"story": {"body": [WORD]}}

    readable = dump_of(old_database)
    assert WORD not in readable
    assert "yomenai@example.jp" not in readable
    assert json.dumps(WORD)[1:-1] not in readable

    case.outcome_note = "あとから"
    case.save()  # the triggers of the history are back
    assert Consultation.pgh_event_model.objects.order_by("-pgh_id")[0].outcome_note == "あとから"
    assert list(index.rebuild(10)) == [1]
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
