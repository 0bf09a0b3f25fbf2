"""Every hot page asks the database exactly as much as it did when somebody last looked, and never more than its budget.

The acts, their people and their budgets are those of the bench; the city is the demo city. How statements are counted
says `bench.counting`; savepoints are left out, because the transaction around a test changes their number.
"""

import fcntl
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

from bench import people
from bench.acts import ACTS as MEASURED
from bench.acts import Act, Ask
from bench.counting import Count, counted
from bench.scene import Scene
from chiba_ward.directory.models import Office
from consultations.services import conversation, triage
from tests.guards.plugins.furnish import _case, _release, posted

BASELINES = Path(__file__).with_name("queries.json")
ACTS = [act for act in MEASURED if act.server == "web"]
PERSONS = sorted({act.person for act in ACTS})
# Acts that the small demo city has no occasion for: pages in the middle of long lists, cases with 200 lines.
TOO_SMALL = {"triage.half", "triage.end", "triage.all.half", "triage.all.end", "case.long"}
REFRESH = "If this is meant, and somebody has looked at why: python3 manage.py test tests/baselines --write"


@pytest.fixture
def scene(demo_city: None) -> Scene:
    """The demo city, with つなぎ to accept in the hands of the partner, and a case that the section works on."""
    clerk, partner = posted("somu.wakaba"), Office.objects.get(code="wakaba-anshin-1")
    for number in range(3):
        _release(_case(clerk, f"受理を待つつなぎ {number}", preferred="portal"), clerk, partner)
    section, case = posted("korei.wakaba"), _case(clerk, "課が進めている相談", preferred="portal")
    assert section.posting is not None
    triage.assign(case.pk, by=clerk, office=section.posting.post.office, posting=section.posting)
    triage.take(case.pk, by=section)
    conversation.reply(case.pk, by=section, body="お話を聞かせてください。")
    return Scene()


def baselines() -> dict[str, int]:
    return dict(json.loads(BASELINES.read_text(encoding="utf-8"))) if BASELINES.exists() else {}


def counts_as(person: str, scene: Scene) -> dict[str, Count]:
    """What each act of this person asks in a process that is warm."""
    jar = people.cookies_of(person, scene.held_case.pk)
    found = {}
    for act in (act for act in ACTS if act.person == person):
        counts = [_count(jar, ask) for ask in _asks(act, scene)]
        if counts:
            found[act.name] = counts[-1]
    return found


def _asks(act: Act, scene: Scene) -> Iterator[Ask]:
    """The same twice, and once more; an act that can be done once is done to three things."""
    asks = list(act.asks(scene, 3))
    return iter(asks if act.once else asks[:1] * 3)


def _count(jar: dict[str, str], ask: Ask) -> Count:
    client = Client()
    client.cookies.load({**jar, **ask.cookies})
    with counted() as count:
        response = client.get(ask.path) if ask.data is None else client.post(ask.path, ask.data)
        content = b"".join(response) if response.streaming else response.content  # type: ignore[arg-type]  # a WSGI answer
    assert response.status_code == ask.status, f"{ask.path}: {response.status_code}"
    assert ask.shows.encode() in content, f"{ask.path} does not show {ask.shows}"
    return count


@pytest.mark.parametrize("person", PERSONS)
def test_statements_of_every_hot_page(person: str, scene: Scene, request: pytest.FixtureRequest) -> None:
    counts = counts_as(person, scene)
    budgets = {act.name: act.sql for act in ACTS}
    over = {name: count.texts for name, count in counts.items() if count.statements > budgets[name]}
    assert not over, "more than the budget allows:\n" + "\n".join(map(_told, over, over.values()))
    found = {name: count.statements for name, count in counts.items()}
    if request.config.getoption("--write"):
        _write(found)
    kept = {act.name: baselines().get(act.name) for act in ACTS if act.person == person and act.name in found}
    changed = [
        f"{name}: {kept[name]} before, {found[name]} now" for name in found if kept[name] != found[name]
    ]
    assert not changed, "statements have changed:\n" + "\n".join(changed) + f"\n{REFRESH}"


def _told(name: str, statements: list[str]) -> str:
    lines = (" ".join(text.split())[:300] for text in statements)
    return f"{name}: {len(statements)} statements\n  " + "\n  ".join(lines)


def _write(found: dict[str, int]) -> None:
    """Under a lock, since two processes of a run may write."""
    with BASELINES.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        text = BASELINES.read_text(encoding="utf-8")
        before = json.loads(text) if text else {}
        known = {act.name for act in ACTS}
        merged = {name: count for name, count in (before | found).items() if name in known}
        BASELINES.write_text(
            json.dumps(dict(sorted(merged.items())), ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )


def test_every_act_has_a_baseline() -> None:
    """Nothing is left out because the demo city happened to lack it."""
    assert set(baselines()) == {act.name for act in ACTS} - TOO_SMALL


def test_the_budgets_are_those_that_were_set() -> None:
    """PERFORMANCE: a budget is changed by a decision, not to let a page pass."""
    expected = {
        "file": ({10}, {10.0}),
        "status": ({8}, {2.0}),
        "triage": ({8}, {2.0}),
        "search": ({10}, {4.0}),
        "case": ({12}, {2.5}),
        "referral": ({16}, {15.0}),
        "inbox": ({10}, {2.0}),
        "work": ({10}, {2.0}),
        "coordinator": ({10}, {3.0}),
    }
    for start, budget in expected.items():
        acts = [act for act in ACTS if act.name.startswith(start)]
        assert ({act.sql for act in acts}, {float(act.ratio) for act in acts}) == budget, start
