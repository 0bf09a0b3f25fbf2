"""An issue and a dialogue as a desk would write them."""

from typing import Any

from chiba_ward.access.actor import Actor
from regional_issues.enums import IssueHorizon, SourceKind
from regional_issues.models import CitizenDialogue, LocalIssue
from regional_issues.services import dialogues, issues
from tests.community.town import in_days


def an_issue(by: Actor, **words: Any) -> LocalIssue:
    plain = {
        "title": "バスが減った",
        "summary": "昼のバスが一本になった。",
        "horizon": IssueHorizon.IMMEDIATE,
        "next_on": in_days(10),
        "kind": SourceKind.STAFF,
        "text": "窓口でよく聞く。",
        "heard_on": in_days(-1),
    }
    return issues.register(by=by, **{**plain, **words})


def a_dialogue(by: Actor, lines: str = "公園が暗い\n\n 歩道がせまい \n") -> CitizenDialogue:
    made = dialogues.enter(
        by=by, title="見本対話会", theme="安全", held_on=in_days(-3), place="区役所", attendance=None
    )
    dialogues.add_opinions(made.pk, by=by, lines=lines)
    return made
