"""引継書: filled in from the notebook, every promise answered, received by the successor, on paper."""

import pytest
from django.urls import reverse

from chiba_ward.casework import my_work
from chiba_ward.casework.refusals import Refused
from chiba_ward.documents import registry
from chiba_ward.documents import services as documents
from chiba_ward.documents.models import Document
from community.area_officers import documents as papers
from community.area_officers.models import AreaAssignment, AreaPromise, HandOver
from community.area_officers.services import hand_over, notebook
from tests.area_officers import section as world
from tests.area_officers.section import HEARD, PROMISED, Section, act_as, browser


def test_from_the_notebook_to_the_successor(section: Section) -> None:
    found = world.appointed(section)
    for number in range(3):
        world.noted(found, people=f"会長{number}", promise=world.promised(section, to_whom=str(number)))
    kept, failed, goes_on = AreaPromise.objects.order_by("pk")
    officer, page = browser(section.officer), reverse("area_officers:hand_over", args=[found.pk])
    shown = officer.get(page).content.decode()
    assert "会長2\n会長1\n会長0" in shown.replace("&#x27;", "'")
    assert shown.count(PROMISED) >= 3
    assert browser(section.second).get(page).status_code == 404
    given = {
        "going_on": "倉庫の相談",
        "people": "会長",
        "next_dates": "",
        f"promise_{kept.pk}": "kept",
        f"promise_{failed.pk}": "could_not_keep",
        **world.day("last_day", world.in_days(0)),
    }
    assert officer.post(page, {**given, "go": "keep"}).status_code == 302
    assert HandOver.objects.get().state == "draft"
    assert "倉庫の相談" in officer.get(page).content.decode()
    refused = officer.post(page, {**given, "go": "submit"})
    assert refused.status_code == 422
    assert "守れなかった理由を入力してください" in refused.content.decode()
    given[f"reason_{failed.pk}"] = "予算がなかった"
    refused = officer.post(page, {**given, "go": "submit"})
    assert "この約束をどうするかを選んでください" in refused.content.decode()
    assert [one.state for one in AreaPromise.objects.order_by("pk")] == ["open"] * 3, "all of it or nothing"
    given[f"promise_{goes_on.pk}"] = "handed_on"
    assert officer.post(page, {**given, "go": "submit"}).status_code == 302

    paper, left = HandOver.objects.get(), world.fresh(found)
    assert (left.state, left.hand_over, paper.entered_by) == ("ended", paper, None)
    again = AreaPromise.objects.get(handed_from=goes_on)
    assert (again.state, again.assignment, again.what) == ("open", None, PROMISED)
    with pytest.raises(Refused, match="すでに出されています"):
        hand_over.submit(found.pk, by=section.by, answers={}, **world.paper_words())

    mine = world.appointed(section, section.second, starts_on=world.in_days(0))
    titles = [group.title for group in my_work.groups_for(act_as(section.second))]
    assert "読んで受領する引継書" in titles
    successor, sheet = browser(section.second), reverse("area_officers:paper", args=[paper.pk])
    assert "倉庫の相談" in successor.get(sheet).content.decode()
    press = reverse("area_officers:paper_act", args=[paper.pk, "receive"])
    assert officer.post(press, {"receive-sure": "on"}).status_code == 404
    assert successor.post(press, {}).status_code == 422
    assert successor.post(press, {"receive-sure": "on"}).status_code == 302
    assert world.fresh(paper).received_by == section.second
    assert world.fresh(again).assignment == mine
    assert successor.post(press, {"receive-sure": "on"}).status_code == 409
    notebook.keep(again.pk, by=act_as(section.second))


def test_the_deputy_leaves_only_what_is_his(section: Section) -> None:
    primary = world.appointed(section)
    deputy = world.appointed(section, section.second, part="deputy")
    world.noted(primary, promise=world.promised(section))
    world.noted(deputy, promise=world.promised(section, to_whom="副の相手"))
    mine = hand_over.open_promises(deputy)
    assert [one.made_by for one in mine] == [section.second]
    answers = {mine[0].pk: ("handed_on", "")}
    paper = hand_over.submit(deputy.pk, by=act_as(section.second), answers=answers, **world.paper_words())
    assert AreaPromise.objects.get(assignment=primary).state == "open"
    with pytest.raises(Refused, match="すでに出されています"):
        hand_over.write(deputy.pk, by=section.by, going_on="もう一度")
    with pytest.raises(HandOver.DoesNotExist):
        hand_over.receive(paper.pk, by=section.by)
    hand_over.receive(paper.pk, by=act_as(section.officer))
    assert {one.assignment for one in AreaPromise.objects.owed()} == {primary}


def test_a_draft_is_his_own_and_the_paper_the_sections(section: Section) -> None:
    found = world.appointed(section)
    draft = hand_over.write(found.pk, by=act_as(section.officer), going_on="書きかけ")
    address = reverse("area_officers:paper", args=[draft.pk])
    assert browser(section.lead).get(address).status_code == 404
    for last_day, match in ((world.in_days(-100), "始まりより後"), (None, "終わりの日")):
        with pytest.raises(Refused, match=match):
            hand_over.submit(found.pk, by=section.by, answers={}, **world.paper_words(last_day=last_day))
    with pytest.raises(Refused, match="動いていること"):
        hand_over.submit(found.pk, by=section.by, answers={}, **world.paper_words(going_on=""))
    hand_over.submit(found.pk, by=section.by, answers={}, **world.paper_words())
    for posting, status in (
        (section.lead, 200),
        (section.second, 200),
        (section.far, 404),
        (section.affairs, 404),
    ):
        assert browser(posting).get(address).status_code == status
    assert world.fresh(draft).entered_by == section.lead
    with pytest.raises(AreaAssignment.DoesNotExist):
        hand_over.write(found.pk, by=act_as(section.second), going_on="ほかの人")


def test_on_paper_it_holds_what_the_successor_needs(section: Section) -> None:
    found = world.appointed(section)
    world.noted(found, promise=world.promised(section))
    promise = AreaPromise.objects.get()
    paper = hand_over.submit(
        found.pk, by=section.by, answers={promise.pk: ("handed_on", "")}, **world.paper_words()
    )
    made = browser(section.lead).post(reverse("area_officers:paper_print", args=[paper.pk]))
    document = Document.objects.get(kind=papers.PAPER)
    assert made.headers["Location"] == reverse("documents:show", args=[document.pk])
    html = registry.kind_of(papers.PAPER).build(document, lambda percent: None).html
    for word in (paper.number, PROMISED, str(section.org), "いま動いている検印こと", "引き継いだ", "令和"):
        assert word in html
    assert HEARD not in html
    assert documents.make(document.pk) == "done"
    show = reverse("documents:show", args=[document.pk])
    for posting, status in (
        (section.lead, 200),
        (section.second, 200),
        (section.far, 404),
        (section.affairs, 404),
    ):
        assert browser(posting).get(show).status_code == status
