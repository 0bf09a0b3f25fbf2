"""区民対話会: opinions line by line, what became of each, and what everybody may read of it."""

import pytest
from django.test import Client
from django.urls import reverse

from chiba_ward.casework.refusals import Refused
from regional_issues.enums import OpinionFate
from regional_issues.models import CitizenDialogue, DialogueOpinion, LocalIssue
from regional_issues.origins import words_of
from regional_issues.services import dialogues
from tests.community.town import Town, in_days
from tests.regional_issues.heard import a_dialogue

pytestmark = pytest.mark.django_db


def opinions(one: CitizenDialogue) -> list[DialogueOpinion]:
    return list(one.opinions.order_by("number"))


def put_up(ground: Town, one: CitizenDialogue) -> None:
    dialogues.check(one.pk, by=ground.by, opinions=opinions(one))
    dialogues.publish(one.pk, by=ground.by)


def test_one_opinion_a_line(ground: Town) -> None:
    one = a_dialogue(ground.by)
    dialogues.add_opinions(one.pk, by=ground.by, lines="信号がほしい")
    found = [(each.number, each.text) for each in opinions(one)]
    assert found == [(1, "公園が暗い"), (2, "歩道がせまい"), (3, "信号がほしい")]


def test_too_long_a_line_names_its_place_and_nothing_is_kept(ground: Town) -> None:
    one = a_dialogue(ground.by)
    with pytest.raises(Refused, match="2件目"):
        dialogues.add_opinions(one.pk, by=ground.by, lines="短い\n" + "長" * 1001)
    assert len(opinions(one)) == 2


def test_several_become_one_issue_and_are_taken_back(ground: Town) -> None:
    one = a_dialogue(ground.by)
    issue = dialogues.join_issue(one.pk, by=ground.by, opinions=opinions(one), issue=None, title="夜道")
    assert {each.fate for each in opinions(one)} == {OpinionFate.ISSUE}
    assert [word.text for word in words_of([issue])] == ["公園が暗い", "歩道がせまい"]
    with pytest.raises(Refused):
        dialogues.join_issue(one.pk, by=ground.by, opinions=opinions(one), issue=issue)
    dialogues.take_back(one.pk, by=ground.by, opinions=opinions(one))
    assert {(each.fate, each.issue_id) for each in opinions(one)} == {(OpinionFate.WAITING, None)}
    assert LocalIssue.objects.filter(pk=issue.pk).exists()


def test_a_new_issue_needs_a_title(ground: Town) -> None:
    one = a_dialogue(ground.by)
    with pytest.raises(Refused) as refused:
        dialogues.join_issue(one.pk, by=ground.by, opinions=opinions(one), issue=None)
    assert refused.value.field == "title"


@pytest.mark.parametrize("fate", dialogues.IN_WORDS)
def test_an_answer_has_words(ground: Town, fate: OpinionFate) -> None:
    one = a_dialogue(ground.by)
    with pytest.raises(Refused):
        dialogues.answer(one.pk, by=ground.by, opinions=opinions(one), fate=fate, fate_text="")
    dialogues.answer(one.pk, by=ground.by, opinions=opinions(one)[:1], fate=fate, fate_text="説明")
    assert [each.fate for each in opinions(one)] == [fate, OpinionFate.WAITING]


def test_nothing_comes_out_before_it_was_checked(ground: Town, client: Client) -> None:
    one = a_dialogue(ground.by)
    address = reverse("dialogues:show", args=[one.pk])
    with pytest.raises(Refused):
        dialogues.publish(one.pk, by=ground.by)
    assert client.get(address).status_code == 404
    put_up(ground, one)
    text = client.get(address).content.decode()
    assert "公園が暗い" in text
    assert "検討中" in text
    assert one.title in client.get(reverse("dialogues:index")).content.decode()
    dialogues.withdraw(one.pk, by=ground.by)
    assert client.get(address).status_code == 404
    assert one.title not in client.get(reverse("dialogues:index")).content.decode()


def test_what_is_put_up_is_taken_back_before_its_words_change(ground: Town) -> None:
    one = a_dialogue(ground.by)
    put_up(ground, one)
    first = opinions(one)[0]
    for verb in (
        lambda: dialogues.correct(one.pk, by=ground.by, opinion=first, text="直した"),
        lambda: dialogues.add_opinions(one.pk, by=ground.by, lines="もう一つ"),
    ):
        with pytest.raises(Refused):
            verb()
    dialogues.withdraw(one.pk, by=ground.by)
    dialogues.correct(one.pk, by=ground.by, opinion=first, text="直した")
    with pytest.raises(Refused):
        dialogues.publish(one.pk, by=ground.by)


def test_opinions_of_another_dialogue_are_left_alone(ground: Town) -> None:
    one, other = a_dialogue(ground.by), a_dialogue(ground.by)
    dialogues.check(one.pk, by=ground.by, opinions=opinions(other))
    assert not DialogueOpinion.objects.filter(checked_at__isnull=False).exists()


def test_another_ward_does_not_write(ground: Town) -> None:
    one = a_dialogue(ground.by)
    with pytest.raises(CitizenDialogue.DoesNotExist):
        dialogues.publish(one.pk, by=ground.there)


def test_it_is_not_held_tomorrow(ground: Town) -> None:
    with pytest.raises(Refused) as refused:
        dialogues.enter(
            by=ground.by, title="先", theme="先", held_on=in_days(1), place="区役所", attendance=3
        )
    assert refused.value.field == "held_on"
