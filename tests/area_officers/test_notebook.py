"""活動記録 and 約束: noted on a telephone, read by the section alone, owed in the work of today."""

import re

import pytest
from django.urls import reverse

from chiba_ward.casework import my_work
from chiba_ward.casework.refusals import Refused
from community.area_officers.models import AreaPromise, AreaVisit
from community.area_officers.services import notebook
from community.area_officers.work import end_of_week
from tests.area_officers import section as world
from tests.area_officers.section import HEARD, PROMISED, Section, act_as, browser

NEW, VISITS, PROMISES = (f"/admin/area-officers/{path}" for path in ("visits/new/", "visits/", "promises/"))


def typed(section: Section, **more: str) -> dict[str, str]:
    return {
        "occasion": "meeting",
        "heard": HEARD,
        "people": "会長",
        "promise_what": PROMISED,
        "promise_org": str(section.org.pk),
        **world.day("on", world.in_days(0)),
        **more,
    }


def titles(posting: object) -> dict[str, int]:
    return {group.title: group.count for group in my_work.groups_for(act_as(posting))}  # type: ignore[arg-type]


def test_noted_in_the_field_with_a_promise(section: Section) -> None:
    found = world.appointed(section)
    client = browser(section.officer)
    assert "担当している地区がありません" in browser(section.second).get(NEW).content.decode()
    page = client.get(NEW).content.decode()
    assert re.search(rf'value="{found.pk}" selected', page), "the one district is chosen already"
    given = typed(section, assignment=str(found.pk))
    refused = client.post(NEW, given)
    assert refused.status_code == 422
    assert "いつまでの約束かを入力してください" in refused.content.decode()
    assert HEARD in refused.content.decode()
    assert not AreaVisit.objects.exists()
    assert client.post(NEW, {**given, **world.day("promise_due", world.in_days(0))}).status_code == 302
    visit, promise = AreaVisit.objects.get(), AreaPromise.objects.get()
    assert (visit.heard, visit.entered_by, promise.made_by) == (HEARD, None, section.officer)
    shown = client.get(reverse("area_officers:visit", args=[visit.pk])).content.decode()
    assert HEARD in shown
    assert PROMISED in shown
    assert titles(section.officer)["住民との約束（今週まで・期限を過ぎたもの）"] == 1


def test_what_the_section_enters_for_an_officer_keeps_who_did(section: Section) -> None:
    """C16: the same items, the same statistics, and who entered it stays."""
    found = world.appointed(section)
    visit = world.noted(found, section.by, promise=world.promised(section))
    promise = AreaPromise.objects.get()
    assert visit.entered_by == promise.entered_by == section.lead
    assert promise.made_by == section.officer
    page = browser(section.officer).get(reverse("area_officers:visit", args=[visit.pk]))
    assert str(section.lead.person) in page.content.decode()


def test_a_deputy_writes_a_colleague_reads_another_ward_sees_nothing(section: Section) -> None:
    found = world.appointed(section)
    deputy = world.appointed(section, section.second, part="deputy")
    visit = world.noted(found, promise=world.promised(section))
    promise = AreaPromise.objects.get()
    with pytest.raises(Refused, match="今日まで"):
        world.noted(found, on=world.in_days(1))
    notebook.correct(visit.pk, by=act_as(section.second), on=visit.on, heard="副が直した")
    assert world.fresh(visit).heard == "副が直した"
    world.ends(section.second, world.in_days(0))
    with pytest.raises(AreaVisit.DoesNotExist):
        notebook.correct(visit.pk, by=act_as(section.second), on=visit.on, heard="もう副でない")
    assert deputy.part == "deputy"
    colleague = world.make_posting_beside(section)
    addresses = [
        reverse("area_officers:visit", args=[visit.pk]),
        reverse("area_officers:promise", args=[promise.pk]),
    ]
    for address in addresses:
        assert browser(colleague).get(address).status_code == 200
        assert browser(section.far).get(address).status_code == 404
        assert browser(section.affairs).get(address).status_code == 404
    press = reverse("area_officers:promise_act", args=[promise.pk, "keep"])
    assert browser(colleague).post(press, {"keep-sure": "on"}).status_code == 404
    with pytest.raises(AreaPromise.DoesNotExist):
        notebook.keep(promise.pk, by=act_as(colleague))


def test_a_promise_is_kept_or_not_with_the_reason(section: Section) -> None:
    found = world.appointed(section)
    visit = world.noted(found)
    officer = browser(section.officer)
    add = reverse("area_officers:visit_act", args=[visit.pk, "promise"])
    due = world.day("promise-due_on", world.in_days(-1))
    refused = officer.post(add, {"promise-what": PROMISED, **due})
    assert "約束の相手を" in refused.content.decode()
    for to in ("だれか一", "だれか二"):
        assert officer.post(add, {"promise-what": PROMISED, "promise-to_whom": to, **due}).status_code == 302
    first, second = AreaPromise.objects.order_by("pk")
    assert titles(section.lead)["期限を過ぎた住民との約束（課の全部）"] == 2
    assert PROMISED in officer.get(f"{PROMISES}?state=overdue").content.decode()
    fail = reverse("area_officers:promise_act", args=[first.pk, "fail"])
    assert "理由を入力してください" in officer.post(fail, {}).content.decode()
    assert officer.post(fail, {"fail-reason": "倉庫がなかった"}).status_code == 302
    keep = reverse("area_officers:promise_act", args=[second.pk, "keep"])
    assert "印を付けてください" in officer.post(keep, {}).content.decode()
    assert officer.post(keep, {"keep-sure": "on"}).status_code == 302
    assert [one.state for one in (world.fresh(first), world.fresh(second))] == ["could_not_keep", "kept"]
    assert "期限を過ぎた住民との約束（課の全部）" not in titles(section.lead)
    assert "残っている約束はありません" in officer.get(PROMISES).content.decode()


def test_the_lists_are_filtered_and_exported(section: Section) -> None:
    found = world.appointed(section)
    world.noted(found, issue="役員のなり手がいない", promise=world.promised(section))
    world.noted(found, occasion="telephone", heard="電話の話")
    client = browser(section.officer)

    def visits(query: str) -> int:
        return client.get(f"{VISITS}?{query}").content.decode().count('data-label="担当"')

    assert [visits(query) for query in ("", "issue=on", "occasion=telephone", "area=0")] == [2, 1, 1, 2]
    assert HEARD in client.get(f"{VISITS}list.csv?issue=on").content.decode()
    assert "電話の話" not in client.get(f"{VISITS}list.csv?issue=on").content.decode()
    assert PROMISED in client.get(f"{PROMISES}list.csv").content.decode()
    assert "この条件の約束はありません" in client.get(f"{PROMISES}?state=kept").content.decode()


def test_this_week_ends_on_sunday() -> None:
    days = [end_of_week(world.dt.date(2026, 11, day)) for day in (23, 29, 30)]
    assert [one.day for one in days] == [29, 29, 6]
