"""What the demo city lacks of regional issues: one function for each package, rows in every state that a page shows."""

from django.utils import timezone

from chiba_ward.access.actor import Actor
from regional_issues.enums import IssueHorizon, SourceKind
from regional_issues.services import dialogues, issues

WORDS = "見本の課題です。内容は作りごとです。"


def furnish(desk: Actor) -> None:
    """`desk` is a clerk of the 地域づくり支援課."""
    _issues(desk)
    _dialogues(desk)


def _issues(desk: Actor) -> None:
    today = timezone.localdate()
    words = {"title": "見本の課題", "summary": WORDS, "horizon": IssueHorizon.IMMEDIATE, "next_on": today}
    heard = {"kind": SourceKind.STAFF, "text": WORDS, "heard_on": today}
    issues.register(by=desk, **words, **heard)
    looked_at = issues.register(by=desk, **words, **heard)
    owner = looked_at.owner_office
    issues.assess(looked_at.pk, by=desk, horizon=IssueHorizon.LONG_TERM, owner=owner, next_on=today)
    issues.drop(issues.register(by=desk, **words, **heard), by=desk, outcome=WORDS)


def _dialogues(desk: Actor) -> None:
    plain = {"theme": "見本", "held_on": timezone.localdate(), "place": "区役所", "attendance": 20}
    for title, is_public in (("見本の対話会", True), ("入力中の見本の対話会", False)):
        made = dialogues.enter(by=desk, title=title, **plain)
        dialogues.add_opinions(made.pk, by=desk, lines=f"{WORDS}\n{WORDS}")
        if is_public:
            found = list(made.opinions.order_by("number"))
            dialogues.join_issue(made.pk, by=desk, opinions=found[:1], issue=None, title="見本の意見の課題")
            dialogues.check(made.pk, by=desk, opinions=found)
            dialogues.publish(made.pk, by=desk)
