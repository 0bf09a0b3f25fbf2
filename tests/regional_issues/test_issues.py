"""地域課題: numbered, owned, looked at again, and every step written down."""

import datetime as dt

import pytest
import time_machine
from django.db import IntegrityError, transaction

from chiba_ward.access.actor import Actor
from chiba_ward.casework.refusals import Refused
from chiba_ward.directory.enums import OfficeKind, Role
from regional_issues import path
from regional_issues.enums import AgendaKind, IssueHorizon, IssueState, SourceKind
from regional_issues.models import IssueEntry, IssueSource, LocalIssue
from regional_issues.origins import words_of
from regional_issues.services import issues
from tests.community.town import Town, act_as, fresh, in_days
from tests.factories import make_office, make_posting
from tests.regional_issues.heard import an_issue

pytestmark = pytest.mark.django_db


def assessed(by: Actor) -> LocalIssue:
    made = an_issue(by)
    return issues.assess(
        made.pk, by=by, horizon=IssueHorizon.IMMEDIATE, owner=made.owner_office, next_on=in_days(5)
    )


def test_registered_with_its_source_and_a_first_entry(ground: Town) -> None:
    made = an_issue(ground.by)
    assert made.state == IssueState.REGISTERED
    assert made.owner_office == ground.clerk.post.office
    assert [one.text for one in made.sources.order_by("pk")] == ["窓口でよく聞く。"]
    assert [one.text for one in made.entries.order_by("pk")] == ["登録しました。"]


@pytest.mark.parametrize(
    ("moment", "year", "part"),
    [
        ("2027-03-31T14:59:59+00:00", 2026, "R8"),  # still 31 March in Chiba
        ("2027-03-31T15:00:00+00:00", 2027, "R9"),
    ],
)
def test_the_year_changes_at_midnight_of_the_first_of_april(
    ground: Town, moment: str, year: int, part: str
) -> None:
    with time_machine.travel(moment, tick=False):
        made = an_issue(ground.by)
    assert (made.fiscal_year, made.number) == (year, f"若葉-{part}-001")


def test_numbers_run_per_ward(ground: Town) -> None:
    numbers = [an_issue(by).number[-3:] for by in (ground.by, ground.by, ground.there)]
    assert numbers == ["001", "002", "001"]


def test_a_day_that_has_passed_is_refused(ground: Town) -> None:
    with pytest.raises(Refused) as refused:
        an_issue(ground.by, next_on=in_days(-1))
    assert refused.value.field == "next_on"


def test_places_of_another_ward_are_refused(ground: Town) -> None:
    with pytest.raises(Refused) as refused:
        an_issue(ground.by, district=ground.far_district)
    assert refused.value.field == "district"
    with pytest.raises(Refused) as refused:
        an_issue(ground.by, owner=ground.receiver.post.office)
    assert refused.value.field == "owner"


def test_consultations_come_as_counts_of_ten_or_more_alone(ground: Town) -> None:
    with pytest.raises(Refused):
        an_issue(ground.by, kind=SourceKind.CONSULTATIONS)
    made = an_issue(ground.by)
    plain = {"issue": made, "kind": SourceKind.CONSULTATIONS, "field": "介護", "heard_on": in_days(0)}
    period = {"since": in_days(-30), "until": in_days(0), "added_by": ground.clerk}
    for wrong in ({"count": 9}, {"count": 10, "text": "言葉"}, {"count": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            IssueSource.objects.create(**plain, **period, **wrong)
    IssueSource.objects.create(**plain, **period, count=10)


def test_an_undecided_issue_returns_to_the_next_agenda(ground: Town) -> None:
    one = assessed(ground.by)
    issues.table(one, by=ground.by)
    for kind in AgendaKind.values:
        assert list(LocalIssue.objects.for_next_agenda(ground.ward, kind)) == [one]
        assert not LocalIssue.objects.for_next_agenda(ground.other_ward, kind).exists()
    issues.take_in_hand(one, by=ground.by, owner=one.owner_office, next_on=in_days(3))
    assert not LocalIssue.objects.for_next_agenda(ground.ward, AgendaKind.WARD).exists()


def test_what_is_watched_returns_on_its_day(ground: Town) -> None:
    one = issues.watch(assessed(ground.by), by=ground.by, next_on=in_days(30))
    agenda = LocalIssue.objects.for_next_agenda
    assert not agenda(ground.ward, AgendaKind.WARD, in_days(29)).exists()
    assert list(agenda(ground.ward, AgendaKind.WARD, in_days(30))) == [one]


@pytest.mark.parametrize("verb", ["turn_into_request", "turn_into_project"])
def test_it_becomes_a_request_or_a_project_and_comes_back(ground: Town, verb: str) -> None:
    one = assessed(ground.by)
    getattr(issues, verb)(one, by=ground.by)
    with pytest.raises(Refused):
        getattr(issues, verb)(one, by=ground.by)
    assert fresh(issues.watch(one, by=ground.by, next_on=in_days(90))).state == IssueState.WATCHED


def test_it_ends_with_words_and_stays_ended(ground: Town) -> None:
    one = assessed(ground.by)
    with pytest.raises(Refused):
        issues.resolve(one, by=ground.by, outcome="")
    ended = fresh(issues.resolve(one, by=ground.by, outcome="バスが戻った。"))
    assert (ended.state, ended.outcome, ended.next_on) == (IssueState.RESOLVED, "バスが戻った。", None)
    for again in (issues.drop, issues.resolve):
        with pytest.raises(Refused):
            again(ended, by=ground.by, outcome="もう一度")
    with pytest.raises(Refused):
        issues.look_again(ended, by=ground.by, next_on=in_days(1), text="見た")


def test_it_is_not_tabled_before_somebody_has_looked(ground: Town) -> None:
    with pytest.raises(Refused):
        issues.table(an_issue(ground.by), by=ground.by)
    assert IssueEntry.objects.count() == 1


def test_whose_it_is_decides_who_sees_it(ground: Town) -> None:
    own = an_issue(ground.by)
    given = an_issue(ground.by, owner=ground.colleague.post.office)
    office = make_office("若葉区役所", ward=ground.ward, kind=OfficeKind.WARD_OFFICE)
    head = make_posting(Role.SECTION, office=office, is_head=True)
    plain = make_posting(Role.SECTION, office=office)
    seen = {
        who: set(LocalIssue.objects.visible_to(act_as(posting)))
        for who, posting in (
            ("desk", ground.clerk),
            ("owner", ground.colleague),
            ("head", head),
            ("beside the head", plain),
            ("elsewhere", ground.receiver),
            ("reception", ground.reception),
        )
    }
    assert seen == {
        "desk": {own, given},
        "owner": {given},
        "head": {own, given},
        "beside the head": set(),
        "elsewhere": set(),
        "reception": set(),
    }
    with pytest.raises(LocalIssue.DoesNotExist):
        issues.drop(own, by=ground.there, outcome="ちがう区")


def test_due_by_its_day(ground: Town) -> None:
    an_issue(ground.by, next_on=in_days(2))
    assert not LocalIssue.objects.due(in_days(1)).exists()
    assert LocalIssue.objects.due(in_days(2)).exists()


def test_the_path_is_told_by_those_above_in_the_order_of_days(
    ground: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(path, "SOURCES", [])
    one = an_issue(ground.by)
    early, late = (
        path.Step(dt.date(2026, 5, 1), "会議", "付議"),
        path.Step(dt.date(2026, 9, 1), "区要望", "提出"),
    )
    path.register(lambda actor, issue: [late])
    path.register(lambda actor, issue: [early])
    assert path.steps_of(ground.by, one) == [early, late]
    assert [word.text for word in words_of([one])] == ["窓口でよく聞く。"]
