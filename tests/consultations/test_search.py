"""Finding consultations by what nobody can read in the database: rows follow every change, and results are right."""

import io
import json
import sys
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chiba_ward.access.actor import Actor
from chiba_ward.casework import tasks
from chiba_ward.casework.models import Matter, SearchTerms
from chiba_ward.casework.search import index, question, words
from chiba_ward.casework.search.question import Question, narrowed
from consultations import household, search
from consultations.models import Consultation, Party
from consultations.services import entering, splitting
from consultations.services.entering import EntryFacts
from consultations.services.filing import Filing, Person, file
from tests.consultations.staff_support import House, by, fresh, make_house, taken

pytestmark = pytest.mark.django_db
HANAKO = Person(name="見本 花子", kana="ミホン　ハナコ", phone="043-000-7788", address="桜木1-2-3 見本荘101")


@pytest.fixture
def house() -> House:
    return make_house()


@pytest.fixture
def clerk(house: House, sign_in: Any) -> Client:
    client: Client = sign_in(house.clerk.person)
    return client


def found(typed: str) -> list[Consultation]:
    rows, _ = narrowed(Consultation.objects.order_by("pk"), Question(typed), search.read)
    return list(rows)


@pytest.mark.parametrize(
    ("typed", "finds"),
    [
        ("逃げる", True), ("逃げたい", True), ("ＤＶ", True), ("放置自転車", True), ("置自転", True), ("自転車", True),
        ("花", True), ("本花子", True), ("ミホンハナ", True), ("桜木１", True), ("見本荘", True), ("1-2-3", True),
        ("0007788", True), ("043-000-7788", True),
        ("花見", False), ("駅車", False), ("逃げ水", False), ("0007789", False), ("12-3", False), ("%", False),
        ("会った駅前", True),
    ],
)  # fmt: skip
def test_words_fragments_names_places_and_telephones(house: House, typed: str, finds: bool) -> None:
    """「会った駅前」 finds 「駅前の…で会った」: all its words are there, in any order."""
    case = house.case("DVから逃げたい", body="駅前の放置自転車のところで会った", consulter=HANAKO)
    house.case("ほかのこと", consulter=Person(name="乙", phone="03-1111-2222"))
    assert found(typed) == ([case] if finds else [])


def test_pieces_that_stand_apart_are_no_fragment(house: House) -> None:
    """東京＋京都 are not 東京都: what only might be meant is opened and looked at."""
    apart = house.case("東京の姉", body="京都の兄", consulter=Person(name="東京 京都"))
    whole = house.case("転居", body="都内", consulter=Person(address="東京都港区"))
    assert SearchTerms.objects.filter(Question("東京都").is_unsure).count() == 2
    assert found("東京都") == [whole]
    assert found("東京") == [apart, whole]


def test_too_many_to_look_at_are_looked_at_page_by_page(
    house: House, clerk: Client, monkeypatch: Any
) -> None:
    monkeypatch.setattr(question, "MOST_CHECKED", 2)
    cases = [house.case(consulter=Person(name="東京都 子")) for _ in range(3)]
    house.case("分かれている", consulter=Person(name="東京 京都"))
    rows, are_sure = narrowed(Consultation.objects.order_by("pk"), Question("東京都"), search.read)
    assert not are_sure
    assert rows.count() == 4
    for name in ("staff:queue", "staff:queue_print", "staff:queue_csv"):
        response = clerk.get(reverse(name), {"q": "東京都"})
        content = b"".join(response) if response.streaming else response.content
        html = content.decode()
        assert [case.receipt_no in html for case in cases] == [True] * 3
        assert "分かれている" not in html


def test_the_first_page_of_a_search_costs_at_most_ten_questions(house: House, clerk: Client) -> None:
    for _ in range(25):
        house.case("母の物忘れ", consulter=Person(name="東京都 子"))
    house.case("別", consulter=Person(name="東京 京都"))
    clerk.get(reverse("staff:queue"))
    for typed in ("物忘れ", "東京都", "7788", "S-", "母"):
        with CaptureQueriesContext(connection) as asked:
            clerk.get(reverse("staff:queue"), {"q": typed})
        assert len(asked) <= 10, [query["sql"][:140] for query in asked]


def test_every_path_in_writes_a_row_and_every_change_rewrites_it(house: House) -> None:
    entry = by(house.reception)
    filing = Filing(chief_concern="母の介護", body="", ward=house.ward, consulter=HANAKO, channel="counter")
    case = file(filing, by=entry).consultation
    entering.record_entry(
        case,
        EntryFacts(speaker="proxy", speaker_name="代理 次郎", speaker_relation="長男", mandate="letter"),
        by=entry,
    )
    assert found("代理次郎") == found("介護") == [case]
    corrected = Filing(
        chief_concern="父の年金",
        body="",
        ward=house.ward,
        consulter=Person(name="試験 三郎"),
        channel="counter",
    )
    entering.correct(case.pk, by=entry, filing=corrected, facts=EntryFacts())
    assert found("年金") == found("試験三郎") == [case]
    assert found("花子") == found("介護") == found("代理次郎") == []
    other = taken(house, consulter=HANAKO)
    strand = splitting.split(
        other.pk, by=by(house.clerk), chief_concern="住まいのこと", body="", office=house.section
    )
    assert found("住まい") == [strand]
    assert found("花子") == [other, strand]


def test_the_index_holds_numbers_and_no_word(house: House) -> None:
    case = house.case("母の物忘れ", consulter=HANAKO)
    row = SearchTerms.objects.get(pk=case.pk)
    assert all(isinstance(number, int) for number in row.terms)
    again = house.case("母の物忘れ", consulter=HANAKO)
    shared = set(row.terms) & set(SearchTerms.objects.get(pk=again.pk).terms)
    assert len(shared) > 20, (
        "what is the same has the same numbers; this is what the index tells (docs/adr/0014)"
    )


def test_a_whole_number_is_found_before_any_index_is(house: House) -> None:
    case = house.case()
    SearchTerms.objects.all().delete()
    assert found(case.receipt_no.lower()) == [case]


def test_households_are_found_without_reading_anybody(house: House) -> None:
    case = house.case("母の介護", consulter=HANAKO)
    for same in (
        {"phone": "０４３（０００）７７８８"},
        {"address": "桜木1ー2ー3　見本荘101"},
        {"kana": "みほん はなこ"},
    ):
        other = house.case("孫のこと", consulter=Person(name="別", **same))
        offered = household.candidates(fresh(other), list(other.parties.all()), by(house.clerk))
        assert case in offered, same
    stranger = house.case(
        "他人", consulter=Person(name="見本 花子", phone="043-000", address="桜木", kana="ハナ")
    )
    assert not household.candidates(stranger, list(stranger.parties.all()), by(house.clerk))


# --- rebuilding


def rebuilt(*arguments: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command("rebuild_search", "--json", *arguments, stdout=out, stderr=io.StringIO())
    result: dict[str, Any] = json.loads(out.getvalue())
    return result


def test_rebuilding_writes_what_is_wanting_and_nothing_else(house: House) -> None:
    cases = [house.case("母の物忘れ", consulter=HANAKO) for _ in range(5)]
    before = {row.pk: row.terms for row in SearchTerms.objects.order_by("pk")}
    assert rebuilt()["written"] == 0
    SearchTerms.objects.filter(pk__in=[cases[0].pk, cases[3].pk]).delete()
    SearchTerms.objects.filter(pk=cases[1].pk).update(scheme=0, terms=[1])
    assert rebuilt("--batch", "2") == {"written": 3, "wanting": 0, "key": "suite"}
    assert {row.pk: row.terms for row in SearchTerms.objects.order_by("pk")} == before


def test_it_goes_on_where_it_was_stopped(house: House) -> None:
    for _ in range(5):
        house.case("母の物忘れ")
    SearchTerms.objects.all().delete()
    assert next(index.rebuild(2)) == 2
    assert rebuilt()["written"] == 3
    assert len(found("物忘れ")) == 5


def test_the_worker_completes_it_by_itself(house: House) -> None:
    case = house.case("母の物忘れ")
    SearchTerms.objects.all().delete()
    assert found("物忘れ") == []
    assert tasks.complete_search() == 1
    assert found("物忘れ") == [case]
    assert tasks.complete_search() == 0


def test_a_new_key_finds_old_rows_until_they_are_rebuilt(house: House, settings: Any) -> None:
    old = house.case("母の物忘れ", consulter=HANAKO)
    settings.PORTAL_SEARCH_KEYS = f"next:{'0d' * 32},{settings.PORTAL_SEARCH_KEYS}"
    new = house.case("母の物忘れ", consulter=HANAKO)
    assert found("物忘れ") == found("花子") == [old, new]
    assert old in household.candidates(new, list(new.parties.all()), by(house.clerk))
    assert rebuilt() == {"written": 1, "wanting": 0, "key": "next"}
    settings.PORTAL_SEARCH_KEYS = f"next:{'0d' * 32}"
    assert found("物忘れ") == found("花子") == [old, new]


def test_a_filing_is_received_without_the_dictionary_and_its_words_come_later(
    house: House, monkeypatch: Any
) -> None:
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "sudachipy", None)
        patch.setattr(words, "_here", type(words._here)())
        words._dictionary.cache_clear()
        case = house.case("母の物忘れ", consulter=HANAKO)
        assert found("花子") == found("物忘れ") == [case]
        assert rebuilt() == {"written": 0, "wanting": 0, "key": "suite"}
    words._dictionary.cache_clear()
    assert rebuilt() == {"written": 1, "wanting": 0, "key": "suite"}
    assert SearchTerms.objects.get(pk=case.pk).is_whole


# --- what the database does


def test_the_index_answers_not_a_scan(house: House) -> None:
    house.case("母の物忘れ", consulter=HANAKO)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    for typed in ("物忘れ", "花子", "0430007788", "本花子"):
        asked = Question(typed)
        plan = (
            SearchTerms.objects.filter(asked.is_sure | question._any_of(asked.unsure())).order_by().explain()
        )
        assert "search_terms_gin" in plan
        assert "Seq Scan" not in plan
    plan = SearchTerms.objects.filter(question.same_as([("phone", "0430007788")])).order_by().explain()
    assert "search_terms_gin" in plan


def test_nobody_finds_what_they_may_not_see(house: House) -> None:
    foreign = make_house("wakaba").case("秘密のことば", consulter=HANAKO)
    rows, _ = narrowed(
        Consultation.objects.visible_to(by(house.clerk)), Question("秘密のことば"), search.read
    )
    assert list(rows) == []
    assert found("秘密のことば") == [foreign]
    nobody, _ = narrowed(Consultation.objects.visible_to(Actor()), Question("花子"), search.read)
    assert list(nobody) == []


def test_a_module_that_is_not_installed_keeps_its_rows(house: House) -> None:
    case = house.case("母の物忘れ")
    Matter.objects.filter(pk=case.pk).update(kind="gone")
    SearchTerms.objects.filter(pk=case.pk).update(scheme=0)
    assert rebuilt()["written"] == 0
    assert Party.objects.filter(consultation=case).count() == 0
