"""The pages of staff: what stands on them, what a press does, and what a file holds."""

import pytest
from django.urls import reverse

from chiba_ward.casework import my_work
from regional_issues.enums import IssueState, OpinionFate
from regional_issues.models import LocalIssue
from regional_issues.services import issues
from tests.community.town import Town, browser, fresh, in_days
from tests.matrix.probes_referral import day
from tests.regional_issues.heard import a_dialogue, an_issue

pytestmark = pytest.mark.django_db


def test_an_empty_list_says_what_to_do_first(ground: Town) -> None:
    text = browser(ground.clerk).get(reverse("issues:index")).content.decode()
    assert "地域課題は、まだありません" in text
    assert reverse("issues:new") in text


def test_registered_on_the_page(ground: Town) -> None:
    given = {
        "title": "歩道",
        "summary": "せまい",
        "horizon": "immediate",
        "owner": ground.clerk.post.office_id,
        "kind": "staff",
        "text": "聞いた",
        **day("next_on"),
        **day("heard_on"),
    }
    answer = browser(ground.clerk).post(reverse("issues:new"), given)
    made = LocalIssue.objects.get()
    assert answer.status_code == 302
    assert answer.url == reverse("issues:show", args=[made.pk])


def test_the_list_is_narrowed_by_the_address(ground: Town) -> None:
    near, far = an_issue(ground.by, title="バス停"), an_issue(ground.by, title="公園")
    issues.drop(far, by=ground.by, outcome="県の仕事です。")
    client, address = browser(ground.clerk), reverse("issues:index")
    for query, shown in (
        ({"q": "バス停"}, {near}),
        ({"q": far.number}, {far}),
        ({"state": "dropped"}, {far}),
        ({"horizon": "long_term"}, set()),
        ({}, {near, far}),
    ):
        text = client.get(address, query).content.decode()
        assert {one for one in (near, far) if reverse("issues:show", args=[one.pk]) in text} == shown


def test_a_step_on_the_page(ground: Town) -> None:
    one, client = an_issue(ground.by), browser(ground.clerk)
    given = {"assess-horizon": "long_term", "assess-owner": one.owner_office_id, **day("assess-next_on")}
    client.post(reverse("issues:act", args=[one.pk, "assess"]), given)
    assert fresh(one).state == IssueState.ASSESSED
    again = client.post(reverse("issues:act", args=[one.pk, "assess"]), given)
    assert again.status_code == 409
    assert client.post(reverse("issues:act", args=[one.pk, "nowhere"])).status_code == 404


def test_opinions_are_sorted_on_the_page(ground: Town) -> None:
    one, client = a_dialogue(ground.by), browser(ground.clerk)
    keys = [each.pk for each in one.opinions.order_by("number")]
    address = reverse("issues:dialogue_act", args=[one.pk, "to_issue"])
    answer = client.post(address, {"to_issue-opinions": keys, "to_issue-title": "夜道"})
    assert answer.status_code == 302
    assert set(one.opinions.values_list("fate", flat=True)) == {OpinionFate.ISSUE}
    text = client.get(reverse("issues:dialogue", args=[one.pk])).content.decode()
    assert LocalIssue.objects.get().number in text


def test_todays_work_names_what_is_due_and_what_waits(ground: Town) -> None:
    an_issue(ground.by, next_on=in_days(0))
    an_issue(ground.by, next_on=in_days(1))
    a_dialogue(ground.by)
    found = {group.key: group.count for group in my_work.groups_for(ground.by)}
    assert found["issues.due"] == 1
    assert found["issues.opinions"] == 1
