"""The auditor's screens: rows by filters, who reads much, the chain; and nobody else comes in (AU4)."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chiba_ward.access import readlog, tasks
from chiba_ward.access.actor import Actor, actor_of
from chiba_ward.access.models import ReadLogEntry, ReadLogVerification
from chiba_ward.access.readlog import review, verification
from chiba_ward.access.readlog.entries import entry_of, row_of
from chiba_ward.access.readlog.writing import write
from chiba_ward.directory.enums import Role
from chiba_ward.directory.models import Posting
from tests.access.read_log_support import as_owner, fill
from tests.factories import make_office, make_posting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_the_owner")]
Verb = readlog.Verb
PAGES = ("read_log:index", "read_log:csv", "read_log:readers", "read_log:chain")


@pytest.fixture
def auditor(as_role: Callable[..., Client]) -> Client:
    return as_role(Role.AUDITOR)


def actor(name: str, office: str = "高齢障害支援課", role: Role = Role.SECTION) -> Actor:
    posting = make_posting(role, office=make_office(office))
    posting.person.name = name
    posting.person.save()
    found = Posting.objects.with_duty().get(pk=posting.pk)
    return actor_of(found.person, found)


def put(who: Actor, verb: str = Verb.READ, ids: tuple[int, ...] = (1,), **marks: Any) -> None:
    write([row_of(replace(entry_of(verb, "consultation", ids), **marks), who, result=200)])


def shown(client: Client, **query: Any) -> list[int]:
    """The ids of the rows' objects on the page."""
    page = client.get(reverse("read_log:index"), query)
    assert page.status_code == 200
    rows = [line["row"] for line in page.context["rows"]]
    return sorted({pk for row in rows if row.kind == "consultation" for pk in row.ids})


def test_only_the_auditor_comes_in(
    as_role: Callable[..., Client], client: Client, resident_client: Client
) -> None:
    check = verification.begin()
    urls = [*map(reverse, PAGES), reverse("read_log:check", args=[check.pk])]
    for role in Role:
        if role != Role.AUDITOR:
            visitor = as_role(role)
            assert {visitor.get(url).status_code for url in urls} == {404}, role
            assert visitor.post(reverse("read_log:start")).status_code == 404
    assert {resident_client.get(url).status_code for url in urls} == {404}
    assert {client.get(url).status_code for url in urls} == {302}
    assert ReadLogVerification.objects.count() == 1


def test_filters_narrow_and_live_in_the_address(sign_in: Any, time_machine: Any) -> None:
    taro, jiro = actor("見本 太郎"), actor("見本 次郎", "健康課")
    time_machine.move_to("2026-11-10 10:00 +0900")
    put(taro, ids=(11,))
    time_machine.move_to("2026-11-20 10:00 +0900")
    put(jiro, ids=(12,), is_outside_duty=True, reason="手伝いを頼まれた")
    put(jiro, Verb.EXPORT, (13,))
    put(taro, Verb.DENIED, (14,))
    put(taro, ids=(15,), is_same_surname=True)
    time_machine.move_to("2026-11-22 03:00 +0900")  # Sunday, at night
    put(taro, ids=(16,))
    readlog.record(jiro, Verb.SEARCH, "consultation", [17], words="山田")
    auditor = sign_in(make_posting(Role.AUDITOR).person)
    everything = {11, 12, 13, 14, 15, 16, 17}
    for query, found in (
        ({}, everything),
        ({"who": "太郎"}, {11, 14, 15, 16}),
        ({"user": taro.user.pk}, {11, 14, 15, 16}),  # type: ignore[union-attr]
        ({"office": "健康"}, {12, 13, 17}),
        ({"since": "2026-11-20"}, everything - {11}),
        ({"since": "R8.11.20", "until": "2026/11/20"}, {12, 13, 14, 15}),
        ({"verb": "export"}, {13}),
        ({"kind": "consultation", "mark": "outside"}, {12}),
        ({"mark": "denied"}, {14}),
        ({"mark": "surname"}, {15}),
        ({"mark": "off_hours"}, {16, 17}),
        ({"words": "ﾔﾏﾀﾞ"}, set()),
        ({"words": "山田"}, {17}),
        ({"who": "だれでもない"}, set()),
        ({"verb": "nonsense"}, set()),
    ):
        assert set(shown(auditor, **query)) == found, query


def test_without_a_condition_the_last_month(sign_in: Any, time_machine: Any) -> None:
    time_machine.move_to("2026-09-01 10:00 +0900")
    who = actor("見本 太郎")
    put(who, ids=(1,))
    time_machine.move_to("2026-11-25 10:00 +0900")
    put(who, ids=(2,))
    auditor = sign_in(make_posting(Role.AUDITOR).person)
    assert shown(auditor) == [2]
    assert shown(auditor, since="2026-01-01") == [1, 2]


def test_a_row_says_who_what_and_why(auditor: Client) -> None:
    put(
        actor("見本 太郎"),
        ids=(5,),
        is_outside_duty=True,
        reason="担当に頼まれて、手伝う：窓口の応援に入ったため",
    )
    html = auditor.get(reverse("read_log:index")).content.decode()
    for words in ("見本 太郎", "高齢障害支援課", "開いた", "相談", "担当外", "窓口の応援に入ったため"):
        assert words in html


def test_the_csv_is_what_is_filtered_neutralised_and_itself_told(auditor: Client) -> None:
    put(actor("=cmd()"), ids=(5,), reason="+1+1")
    put(actor("見本 次郎"), ids=(6,))
    response = auditor.get(reverse("read_log:csv"), {"verb": "read"})
    text = b"".join(response).decode("utf-8-sig")  # type: ignore[arg-type]
    lines = list(csv.reader(io.StringIO(text)))
    assert len(lines) == 3
    assert {line[3] for line in lines[1:]} == {"'=cmd()", "見本 次郎"}
    assert "'+1+1" in {line[14] for line in lines[1:]}
    row = ReadLogEntry.objects.order_by("seq").last()
    assert row is not None
    assert (row.verb, row.kind, row.amount) == ("export", "read_log", 2)


def test_who_reads_much_late_and_beside_their_duty(auditor: Client) -> None:
    usual = [actor(f"見本 {number}") for number in range(4)]
    heavy = actor("見本 多読")
    for who in usual:
        for pk in range(5):
            put(who, ids=(pk,))
    for pk in range(40):
        put(heavy, ids=(pk,))
    put(usual[0], Verb.EXPORT, (1,), is_outside_duty=True, is_same_surname=True)
    found = {reader.name: reader for reader in review.readers(7)}
    assert review.readers(7)[0].name == "見本 多読"
    assert [name for name, reader in found.items() if reader.is_heavy] == ["見本 多読"]
    counts = {label: number for label, number, _ in found["見本 0"].counts}
    assert (counts["開いた"], counts["書き出した"], counts["担当外"], counts["名字が同じ"]) == (6, 1, 1, 1)
    assert review.readers(7, "outside")[0].name == "見本 0"
    page = auditor.get(reverse("read_log:readers"), {"days": "30", "by": "nonsense"})
    assert page.status_code == 200
    html = page.content.decode()
    assert "多い" in html
    link = next(url for label, number, url in found["見本 0"].counts if label == "担当外")
    assert set(shown(auditor, **dict(pair.split("=") for pair in link.split("&")))) == {1}


def test_nothing_of_a_case_is_on_these_pages(auditor: Client) -> None:
    put(actor("見本 太郎"))
    for name in PAGES:
        response = auditor.get(reverse(name))
        body = b"".join(response) if response.streaming else response.content  # type: ignore[arg-type]
        assert "主訴" not in body.decode()
    row = ReadLogEntry.objects.filter(kind="read_log").order_by("seq").first()
    assert row is not None, "the auditor's own reading is told too"


def test_a_check_is_begun_seen_and_ends(auditor: Client) -> None:
    fill(3)
    started = auditor.post(reverse("read_log:start"))
    check = ReadLogVerification.objects.get()
    assert started["Location"] == reverse("read_log:check", args=[check.pk])
    waiting = auditor.get(started["Location"]).content.decode()
    assert "順番を待っています" in waiting
    assert reverse("read_log:check_state", args=[check.pk]) in waiting
    tasks.carry_on_verifications()
    state = reverse("read_log:check_state", args=[check.pk])
    assert "つながりは正しい" in auditor.get(state, headers={"HX-Request": "true"}).content.decode()
    assert auditor.get(state)["Location"] == reverse("read_log:check", args=[check.pk])
    assert "つながりは正しい" in auditor.get(reverse("read_log:chain")).content.decode()
    assert auditor.get(reverse("read_log:check", args=[check.pk + 1])).status_code == 404


def test_a_broken_chain_is_the_first_thing_the_auditor_reads(auditor: Client) -> None:
    fill(4)
    with as_owner() as cursor:
        cursor.execute("UPDATE access_readlogentry SET reason = '' WHERE seq = 2")
    auditor.post(reverse("read_log:start"))
    tasks.carry_on_verifications()
    for url in (
        reverse("read_log:chain"),
        reverse("admin:index"),
        reverse("read_log:check", args=[newest()]),
    ):
        html = auditor.get(url).content.decode()
        assert "2番" in html, url
        assert "変えられています" in html, url
    assert "つながりが切れています" in auditor.get(reverse("read_log:index")).content.decode()


def newest() -> int:
    return ReadLogVerification.objects.latest("id").pk


def test_heads_that_stopped_leaving_are_told(auditor: Client, settings: Any, tmp_path: Any) -> None:
    from chiba_ward.access.readlog import heads

    settings.PORTAL_READ_LOG_HEADS = str(tmp_path)
    fill(1)
    head = heads.export()
    assert head is not None
    assert "控えを" not in auditor.get(reverse("admin:index")).content.decode().replace("つながりと控え", "")
    with as_owner() as cursor:
        cursor.execute("UPDATE access_readloghead SET exported_at = exported_at - interval '3 days'")
    assert "控えを3日取れていません" in auditor.get(reverse("admin:index")).content.decode()


def test_the_list_costs_the_same_for_many_rows(auditor: Client) -> None:
    who = actor("見本 太郎")
    for pk in range(60):
        put(who, ids=(pk,))
    auditor.get(reverse("read_log:index"))
    with CaptureQueriesContext(connection) as asked:
        page = auditor.get(reverse("read_log:index"))
    assert len(page.context["rows"]) == 50
    assert len(asked) <= 10, [query["sql"][:100] for query in asked]
    assert page.context["page"].next_url
