"""Issues of two wards and of a section, and dialogues of two wards, one of them public."""

from typing import Any

from django.utils import timezone

from chiba_ward.directory.models import Office
from regional_issues.enums import IssueHorizon, SourceKind
from regional_issues.models import CitizenDialogue, LocalIssue
from regional_issues.services import dialogues, issues
from tests.matrix.actors import PEOPLE, in_office
from tests.matrix.stages import Names, Stage, World, setting
from tests.matrix.stages_community import M_DESK, W_DESK

KOREI, HEAD = in_office("wakaba-korei"), in_office("wakaba-kuyakusho")
EVERYBODY = frozenset(PEOPLE)


def _issue(name: str, by: str, stands: dict[str, Names], *, owner: str = "") -> Stage:
    def make(world: World, stage: Stage) -> LocalIssue:
        today = timezone.localdate()
        return issues.register(
            by=world.by(by),
            title=stage.canary,
            summary="見本の内容",
            horizon=IssueHorizon.IMMEDIATE,
            next_on=today,
            kind=SourceKind.STAFF,
            text="見本の気づき",
            heard_on=today,
            owner=Office.objects.get(code=owner) if owner else None,
        )

    return Stage("local_issue", name, make, stands)


ISSUES = setting(
    _issue(
        "issue of the desk",
        "community section",
        {"at_issue_desk": W_DESK, "owned_by_my_office": W_DESK, "head_of_the_ward": HEAD},
    ),
    _issue(
        "issue of another section",
        "community section",
        {"at_issue_desk": W_DESK, "owned_by_my_office": KOREI, "head_of_the_ward": HEAD},
        owner="wakaba-korei",
    ),
    _issue(
        "issue of midori", "area officer elsewhere", {"at_issue_desk": M_DESK, "owned_by_my_office": M_DESK}
    ),
)


def _dialogue(name: str, by: str, stands: dict[str, Names], *, is_public: bool = False) -> Stage:
    def make(world: World, stage: Stage) -> CitizenDialogue:
        actor: Any = world.by(by)
        plain = {"theme": "見本", "held_on": timezone.localdate(), "place": "区役所", "attendance": None}
        made = dialogues.enter(by=actor, title=stage.canary, **plain)
        dialogues.add_opinions(made.pk, by=actor, lines="見本の意見")
        if is_public:
            dialogues.check(made.pk, by=actor, opinions=list(made.opinions.order_by("pk")))
            dialogues.publish(made.pk, by=actor)
        return CitizenDialogue.objects.get(pk=made.pk)

    return Stage("citizen_dialogue", name, make, stands)


DIALOGUES = setting(
    _dialogue("dialogue of wakaba", "community section", {"at_dialogue_desk": W_DESK}),
    _dialogue("dialogue of midori", "area officer elsewhere", {"at_dialogue_desk": M_DESK}),
    _dialogue(
        "public dialogue",
        "community section",
        {"at_dialogue_desk": W_DESK, "published_dialogue": EVERYBODY},
        is_public=True,
    ),
)
