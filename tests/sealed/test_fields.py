"""Sealed columns in real tables: what an instance does, what a query may not do, and what happens to foreign bytes."""

import logging

import pytest
from django.core.exceptions import FieldError
from django.db import IntegrityError, connection, transaction
from django.db.models import Count, F
from django.db.models.functions import Concat, Upper
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chiba_ward.casework.models import TimelineEntry
from chiba_ward.correspondence.models import ContactCard
from chiba_ward.database.roles import as_owner
from chiba_ward.sealed.envelope import BrokenSealError, Sealed, SealError, StillSealedError
from chiba_ward.sealed.fields import opened
from consultations.models import Consultation, Party, UrgencyWord
from tests.consultations.staff_support import House, fresh, make_house, taken
from tests.sealed.support import SECRET, body_of, overwrite, party, raw, run

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    UrgencyWord.objects.create(phrase="殴", urgency="U1", flag="dv")
    return make_house()


# --- what an instance does


def test_words_come_back_and_the_column_holds_none(house: House) -> None:
    person = party(house, kana="ヒミツ")
    again = Party.objects.get(pk=person.pk)
    assert (again.name, again.kana, again.known_as) == (SECRET, "ヒミツ", "")
    stored = raw("consultations_party", "name", "id", person.pk)
    assert SECRET.encode() not in stored
    assert stored.startswith(b"\x01\x05suite")
    assert raw("consultations_party", "known_as", "id", person.pk) == b""


def test_structures_come_back_too(house: House) -> None:
    case = house.case("殴られる", body="")
    assert fresh(case).hits[0]["phrase"]
    assert b"phrase" not in raw("consultations_consultation", "hits", "matter_id", case.pk)
    calm = house.case("ごみの出し方")
    assert fresh(calm).hits == []
    assert raw("consultations_consultation", "hits", "matter_id", calm.pk) == b""


def test_a_structure_changed_in_place_is_written(house: House) -> None:
    case = fresh(house.case("殴られる"))
    case.hits.append({"phrase": "見本", "urgency": "U3", "flag": ""})
    case.save()
    assert fresh(case).hits[-1]["phrase"] == "見本"


def test_unchanged_words_keep_their_envelope_and_changed_ones_do_not(house: House) -> None:
    case = fresh(house.case("母のこと", body="はじめの文"))
    before = body_of(case)
    case.save()
    assert body_of(case) == before  # not even opened
    assert case.body == "はじめの文"
    case.save()
    assert body_of(case) == before
    case.body = "つぎの文"
    case.save()
    assert body_of(case) != before
    assert fresh(case).body == "つぎの文"


def test_saving_moves_old_words_to_the_current_key(house: House, settings) -> None:
    case = fresh(house.case(body="古い鍵の文"))
    settings.PORTAL_SEAL_KEYS = f"new:{'0b' * 32},{settings.PORTAL_SEAL_KEYS}"
    case.save()
    assert body_of(case).startswith(b"\x01\x03new")
    assert fresh(case).body == "古い鍵の文"


def test_deferred_and_chosen_columns_are_opened_when_they_are_read(house: House) -> None:
    case = house.case(body="あとで読む文")
    assert Consultation.objects.defer("body").get(pk=case.pk).body == "あとで読む文"
    assert Party.objects.only("name").filter(pk=party(house).pk).get().name == SECRET


def test_a_copied_instance_is_sealed_for_its_own_row(house: House) -> None:
    first = Party.objects.get(pk=party(house).pk)
    assert first.name
    second = Party.objects.get(pk=first.pk)
    second.pk, second.name = None, first.name
    for name in ("kana", "known_as", "phone", "postal_code", "address", "relation"):
        setattr(second, name, getattr(first, name))
    second._state.adding = True
    second.save(force_insert=True)
    assert Party.objects.get(pk=second.pk).name == SECRET
    assert raw("consultations_party", "name", "id", first.pk) != raw(
        "consultations_party", "name", "id", second.pk
    )


def test_words_longer_than_the_field_are_refused(house: House) -> None:
    with pytest.raises(ValueError, match="longer than 80"), transaction.atomic():
        party(house, name="あ" * 81)


def test_text_that_postgresql_could_not_hold_is_still_a_text(house: House) -> None:
    """A NUL is no accident of the column any more; forms and drafts take it out before."""
    person = party(house, name="a\0b")
    assert Party.objects.get(pk=person.pk).name == "a\0b"


# --- rows that need their number first


def test_numbers_are_drawn_for_what_is_sealed_and_for_nothing_else(house: House) -> None:
    case = house.case()
    matter = case.matter
    with CaptureQueriesContext(connection) as asked:
        TimelineEntry.objects.create(matter=matter, kind="consultation.note")
    assert len(asked) == 1
    with CaptureQueriesContext(connection) as asked:
        entry = TimelineEntry.objects.create(matter=case.matter, kind="consultation.note", text=SECRET)
    assert len(asked) == 2
    assert TimelineEntry.objects.get(pk=entry.pk).text == SECRET
    later = TimelineEntry.objects.create(matter=case.matter, kind="consultation.note", text=SECRET)
    assert later.pk > entry.pk


def test_many_rows_at_once_cost_one_question_for_their_numbers(house: House) -> None:
    case = house.case()
    Party.objects.create(consultation=case, kind="subject", name="甲")
    rows = [Party(consultation=case, kind="subject", name=f"{n}人目") for n in range(10)] + [
        Party(consultation=case, kind="subject")
    ]
    with CaptureQueriesContext(connection) as asked:
        Party.objects.bulk_create(rows)
    assert len([query for query in asked if "nextval" in query["sql"]]) <= 1
    names = set(Party.objects.filter(consultation=case).order_by("pk").values_list("pk", flat=True))
    assert len(names) == 12
    assert {row.name for row in case.parties.all()} >= {"0人目", "9人目", ""}


def test_numbers_never_come_from_another_connection(house: House) -> None:
    """A block that was drawn before a fork, a restore or a change of database is not used afterwards."""
    party(house)
    held = connection._reserved_row_keys["consultations_party"]
    other = connection.copy()
    other._reserved_row_keys = {"consultations_party": held}
    from chiba_ward.sealed import rowkeys

    try:
        other.ensure_connection()
        drawn = rowkeys._drawn(other, "consultations_party", "id", 3)
    finally:
        other.close()
    assert not set(drawn) & set(held[1])
    assert held[0]() is connection.connection


# --- what a query may not do


@pytest.mark.parametrize(
    "lookup",
    ["name", "name__exact", "name__iexact", "name__contains", "name__icontains", "name__startswith", "name__in",
     "name__regex", "name__gt", "name__lower", "name__df"],
)  # fmt: skip
def test_a_sealed_column_cannot_be_looked_up(lookup: str) -> None:
    value = [SECRET] if lookup.endswith("in") else SECRET
    with pytest.raises(FieldError, match="sealed"):
        list(Party.objects.filter(**{lookup: value}))
    with pytest.raises(FieldError, match="sealed"):
        list(Party.objects.exclude(**{lookup: value}))


def test_it_cannot_be_sorted_grouped_or_compared() -> None:
    for rows in (
        lambda: Party.objects.order_by("name"),
        lambda: Party.objects.order_by(F("name").desc()),
        lambda: Consultation.objects.order_by("parties__name"),
        lambda: Party.objects.filter(age_band=F("name")),
        lambda: Party.objects.filter(consultation__body=SECRET),
        lambda: Consultation.objects.filter(matter__contact__phone="1"),
        lambda: Party.objects.order_by().values("name").annotate(n=Count("pk")),
    ):
        with pytest.raises(FieldError, match="sealed"):
            list(rows())


def test_the_database_cannot_compute_with_it(house: House) -> None:
    party(house)
    for expression in (Upper("name"), Concat("name", "kana")):
        with pytest.raises(Exception) as refused, transaction.atomic():  # noqa: PT011  (PostgreSQL's or Django's refusal)
            list(Party.objects.annotate(x=expression).order_by("pk").values_list("x", flat=True))
        assert SECRET not in str(refused.value)


def test_update_refuses_words_and_may_empty(house: House) -> None:
    person = party(house)
    for change in ({"name": SECRET}, {"name": F("kana")}, {"name": Upper("kana")}):
        with pytest.raises(SealError), transaction.atomic():
            Party.objects.filter(pk=person.pk).update(**change)
    person.name = "別"
    with pytest.raises(SealError), transaction.atomic():
        Party.objects.bulk_update([person], ["name"])
    Party.objects.filter(pk=person.pk).update(name="")
    assert Party.objects.get(pk=person.pk).name == ""


def test_whether_it_is_filled_may_be_asked(house: House) -> None:
    full, empty = party(house), party(house, name="")
    mine = Party.objects.filter(pk__in=[full.pk, empty.pk])
    assert list(mine.filter(name__filled=True)) == [full]
    assert list(mine.filter(name__filled=False)) == [empty]
    assert mine.filter(name__isnull=False).count() == 2
    cases = Consultation.objects.filter(parties__in=mine.filter(name__filled=True).values("pk"))
    assert list(cases) == [full.consultation]


def test_the_database_still_demands_an_address(house: House) -> None:
    card = house.case().matter.contact
    card.may_email = True
    with pytest.raises(IntegrityError, match="contact_email_needs_address"), transaction.atomic():
        card.save()
    card.email = "mihon@example.jp"
    card.save()
    card.full_clean()
    card.email = ""
    with pytest.raises(Exception, match="メールアドレスを入力"):
        card.full_clean()
    with pytest.raises(IntegrityError, match="contact_email_needs_address"), transaction.atomic():
        ContactCard.objects.filter(pk=card.pk).update(email="")


def test_rows_of_values_are_opaque_until_they_are_opened_for_their_own_row(house: House) -> None:
    person = party(house)
    row = Party.objects.filter(pk=person.pk).values("pk", "name", "known_as").get()
    assert isinstance(row["name"], Sealed)
    assert row["known_as"] == ""
    with pytest.raises(StillSealedError):
        str(row["name"])
    assert opened(row["name"], Party, "name", row["pk"]) == SECRET
    with pytest.raises(BrokenSealError):
        opened(row["name"], Party, "name", row["pk"] + 1)
    with pytest.raises(BrokenSealError):
        opened(row["name"], Party, "kana", row["pk"])
    assert opened("", Party, "name", 1) == ""


def test_sealed_columns_are_not_serialised(house: House) -> None:
    from django.core import serializers

    party(house)
    with pytest.raises(SealError):
        serializers.serialize("json", Party.objects.order_by("pk"))


# --- foreign bytes in a column fail closed


def foreign(house: House) -> dict[str, bytes]:
    other = party(house, name="別の人", kana="ベツ")
    sealed = raw("consultations_party", "name", "id", other.pk)
    return {
        "of another row": sealed,
        "of another column": raw("consultations_party", "kana", "id", other.pk),
        "plain words": "別の人".encode(),
        "cut short": sealed[:-5],
        "an unknown key": b"\x01\x04gone" + sealed[7:],
        "one byte": b"\x01",
    }


@pytest.mark.parametrize(
    "kind", ["of another row", "of another column", "plain words", "cut short", "an unknown key", "one byte"]
)
def test_foreign_bytes_are_refused_and_not_passed_on(house: House, kind: str) -> None:
    person = party(house)
    overwrite("consultations_party", "name", "id", person.pk, foreign(house)[kind])
    spoiled = Party.objects.get(pk=person.pk)
    with pytest.raises(SealError) as refused:
        str(spoiled)
    assert "別" not in str(refused.value)
    with pytest.raises(SealError):
        _ = spoiled.name  # a second look finds no fall-back either


def test_a_page_with_a_broken_seal_says_so_plainly(house: House, sign_in, caplog) -> None:
    case, other = taken(house, concern="ひとこと", body=SECRET), house.case(body="別の文")
    overwrite("consultations_consultation", "body", "matter_id", case.pk, body_of(other))
    client: Client = sign_in(house.clerk.person)
    with caplog.at_level(logging.INFO):
        response = client.get(reverse("staff:case", args=[case.receipt_no]))
    assert response.status_code == 500
    html = response.content.decode()
    assert "内容を開けませんでした" in html
    assert "別の文" not in html
    assert "ひとこと" not in html
    assert response["Cache-Control"] == "no-store"
    told = " ".join(record.getMessage() for record in caplog.records)
    assert f"consultations_consultation:body:{case.pk}" in told
    assert "別の文" not in told


@pytest.mark.django_db(transaction=True)
def test_a_history_row_opens_with_the_row_it_tells_of(house: House) -> None:
    case = house.case("殴られる")
    event = Consultation.pgh_event_model.objects.filter(pgh_obj=case.pk).order_by("pgh_id").first()
    assert event.hits == fresh(case).hits != []
    other = house.case("殴られる")
    sealed = raw("consultations_consultation", "hits", "matter_id", other.pk)
    with as_owner():
        overwrite("consultations_consultationevent", "hits", "pgh_id", event.pk, sealed)
    with pytest.raises(BrokenSealError):
        _ = type(event).objects.get(pk=event.pk).hits


def test_the_columns_are_bytes() -> None:
    kinds = run(
        "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = current_schema()"
    )
    stored = {(table, column): kind for table, column, kind in kinds}
    from django.apps import apps

    from chiba_ward.sealed.fields import sealed_fields

    found = [
        (model._meta.db_table, field.column) for model in apps.get_models() for field in sealed_fields(model)
    ]
    assert len(found) > 40
    assert {stored[place] for place in found} == {"bytea"}
