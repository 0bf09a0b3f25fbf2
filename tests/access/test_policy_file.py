"""The policy file is read strictly: what cannot be meant is an error with its place, never "granted to nobody"."""

import ast
import io
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.test import RequestFactory
from django.urls import ResolverMatch

from chiba_ward.access.actor import Actor, actor_of
from chiba_ward.access.management.commands import policy_table
from chiba_ward.access.middleware import PolicyMiddleware
from chiba_ward.access.models import User
from chiba_ward.access.policy import (
    allows,
    allows_at,
    checks,
    kinds,
    loading,
    relations,
    right_named,
    roles_for,
    rows,
)
from chiba_ward.access.policy.doors import door_of
from chiba_ward.access.policy.loading import PolicyError, current, read
from chiba_ward.access.public import public
from chiba_ward.directory.enums import Role
from tests.factories import make_office, make_posting, make_ward
from tests.guards.sources import own_python, place, tree

SMALL = """
groups: {readers: [section, reception]}
objects:
  thing:
    label: もの
    class: 3A
    models: [app.Thing]
    relations: {mine: 自分の}
    rights:
      read: {label: 見る, doors: ["thing:show"], allow: {readers: [mine], auditor: [always]}}
open: {first: {reason: はじめ, who: anyone, doors: [home]}}
machinery: {app.Cog: 歯車}
"""


def changed(old: str, new: str) -> str:
    assert old in SMALL
    return SMALL.replace(old, new)


def test_a_small_policy_is_read() -> None:
    policy = read(SMALL)
    right = policy.rights["thing.read"]
    assert right.grants == {"section": ("mine",), "reception": ("mine",), "auditor": ("always",)}
    assert policy.kinds_by_view == {"thing:show": {"section", "reception", "auditor"}, "home": {"anyone"}}
    assert policy.objects_by_model == {"app.Thing": "thing"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (changed("auditor:", "auditer:"), "thing.read: there is no role, kind or group auditer"),
        (changed("[section, reception]", "[section, recepton]"), "the group readers: there is no role"),
        (
            changed("{readers: [mine]", "{readers: [ours]"),
            "thing.read: there is no relation ours; thing has mine",
        ),
        (
            changed("{mine: 自分の}", "{mine: 自分の, ours: 課の}"),
            "nobody is granted anything in the relation ours",
        ),
        (changed("label: 見る, doors", "label: 見る, door"), "thing.read: unknown door"),
        (changed("class: 3A", "class: 3C"), "thing: class must be one of"),
        (changed('"thing:show"', '"thing:show name="'), "a door is `view` or `view argument=value`"),
        (changed("doors: [home]", 'doors: ["thing:show"]'), "open.first: thing:show is a door of an object"),
        (changed("{app.Cog: 歯車}", "{app.Thing: 歯車}"), "thing: the model app.Thing stands twice"),
        (changed("{app.Cog: 歯車}", '{app.Cog: ""}'), "machinery: app.Cog needs a reason"),
        (changed("groups: {readers", "groups: {auditor"), "the group auditor has the name of something else"),
        (SMALL + "machinery: {}", "machinery stands twice"),
        (SMALL + "extra: 1", "the file: unknown extra"),
        (
            changed("models: [app.Thing]", "models: [app.Thing]\n    admin: [app.Thing]"),
            "need the rights add, change",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(text: str, words: str) -> None:
    with pytest.raises(PolicyError, match=words.replace("[", r"\\[")):
        read(text)


def test_the_file_of_the_portal_fits_the_portal() -> None:
    assert checks.problems() == []
    checks.require_sound_policy()


def test_what_does_not_fit_is_named_and_the_pages_do_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    text = loading.FILE.read_text(encoding="utf-8")
    text = text.replace("      - consultations.Party\n", "").replace(
        'doors: ["staff:take_back"]', 'doors: ["staff:take_back2"]'
    )
    text = text.replace("given_away", "handed_out")
    monkeypatch.setattr(checks, "current", lambda: read(text))
    found = "\n".join(checks.problems())
    for words in (
        "the model consultations.Party belongs to no object",
        "the route staff:take_back is no door",
        "the route staff:take_back2 stands in the file and does not exist",
        "consultation: the relation handed_out is granted and not written",
        "consultation: the relation given_away is written",
    ):
        assert words in found
    with pytest.raises(ImproperlyConfigured, match=r"consultations\.Party"):
        checks.require_sound_policy()
    assert {message.id for message in checks.check_policy()} == {"access.E001"}
    monkeypatch.setattr(policy_table, "problems", checks.problems)
    with pytest.raises(CommandError, match="件あります"):
        call_command("policy_table", "--missing", stdout=io.StringIO())


# --- as what somebody acts


@pytest.mark.django_db
def test_as_what_somebody_acts() -> None:
    staff, partner = make_posting(Role.SECTION), make_posting(Role.PARTNER)
    resident = User(email="resident@example.test")
    table: list[tuple[Actor, tuple[str, ...]]] = [
        (Actor(), ("anonymous", "anyone")),
        (Actor(matter_id=1), ("key_holder", "anyone")),
        (Actor(referral_id=1), ("link_holder", "anyone")),
        (actor_of(resident), ("resident", "anyone")),
        (Actor(user=resident, matter_id=1), ("resident", "key_holder", "anyone")),
        (Actor(staff.person, staff, (staff,), matter_id=1, referral_id=1), ("section", "anyone")),
        (Actor(partner.person, partner, (partner,), matter_id=1), ("partner", "key_holder", "anyone")),
    ]
    for actor, expected in table:
        assert kinds.kinds_of(actor) == expected


def test_every_name_has_japanese_words() -> None:
    assert all(kinds.label_of(kind) for kind in kinds.EVERYBODY)


# --- rules


def test_a_rule_never_compares_with_nothing() -> None:
    """A reception of the whole city has no ward; that must not mean the cases without one."""
    assert (
        relations.Relation("x", rule=lambda actor: Q(ward=actor.ward_id)).rows(Actor()) is relations.NOTHING
    )
    nested = relations.Relation("x", rule=lambda actor: Q(state="a") & (Q(pk=1) | ~Q(user=actor.user)))
    assert nested.rows(Actor()) is relations.NOTHING


@pytest.mark.django_db
def test_a_reception_without_a_ward_sees_no_case_without_one() -> None:
    from consultations.models import Consultation
    from tests.consultations.staff_support import make_house

    house = make_house()
    case = house.case(ward=None)
    assert case.ward is None
    citywide = make_posting(Role.RECEPTION, office=make_office("総合案内", ward=None))
    assert not Consultation.objects.visible_to(actor_of(citywide.person, citywide)).exists()


def test_a_relation_is_written_once() -> None:
    with pytest.raises(ValueError, match="written twice"):
        relations.of_row("draft", "own_account", lambda actor, row: True)
    assert ("draft", "own_account") in relations.known()


def test_unknown_rights_doors_and_relations_raise() -> None:
    with pytest.raises(LookupError, match=r"no right consultation\.reed"):
        rows(Actor(), "consultation.reed")
    with pytest.raises(LookupError, match="no door staff:act name=explode"):
        allows_at(Actor(), "staff:act name=explode")
    with pytest.raises(LookupError, match="no module has written"):
        relations.get("consultation", "cousin")
    assert not allows_at(Actor(), "")


def test_rights_named_in_code_exist() -> None:
    """A misspelt right would raise only when somebody comes by."""
    asked = {"allows": 1, "rows": 1, "roles_for": 0, "locked_case": None}
    wrong = []
    for path in own_python():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in asked:
                position = asked[node.func.id]
                names = [*node.args[position : position + 1]] if position is not None else []
                names += [keyword.value for keyword in node.keywords if keyword.arg == "right"]
                wrong += [
                    f"{place(path, node.lineno)}: {name.value}"
                    for name in names
                    if isinstance(name, ast.Constant) and name.value not in current().rights
                ]
    assert wrong == []


def test_roles_for_are_roles_and_not_other_kinds() -> None:
    assert roles_for("referral.answer") == {
        Role.SECTION, Role.SPECIALIST, Role.ABUSE_TEAM, Role.PARTNER, Role.BUREAU,
    }  # fmt: skip
    assert roles_for("consultation.follow") == frozenset()


# --- doors


def match(view: str, **kwargs: str) -> ResolverMatch:
    space, _, name = view.rpartition(":")
    return ResolverMatch(lambda: None, (), kwargs, name, namespaces=[space] if space else [], route="x/")


def test_one_view_may_be_several_doors() -> None:
    assert door_of(match("staff:act", name="close", number="S-1")) == "staff:act name=close"
    assert door_of(match("staff:act", name="explode")) == ""
    assert door_of(match("staff:case", number="S-1")) == "staff:case"
    assert door_of(match("no:where")) == ""
    assert door_of(None) == ""


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "view", "opens"),
    [
        (Role.SECTION, "staff:queue", True),
        (Role.AUDITOR, "staff:queue", False),
        (Role.AREA_OFFICER, "staff:queue_csv", False),
        (Role.SYSTEM_ADMIN, "progress:index", False),
        (Role.SYSTEM_ADMIN, "no:where", False),
    ],
)
def test_the_first_wall(role: Role, view: str, opens: bool) -> None:
    posting = make_posting(role, office=make_office(ward=make_ward()))
    request: Any = RequestFactory().get("/")
    request.actor, request.resolver_match = actor_of(posting.person, posting), match(view)
    wall = PolicyMiddleware(lambda request: HttpResponse())
    if opens:
        assert wall.process_view(request, lambda request: HttpResponse(), (), {}) is None
        return
    with pytest.raises(Http404):
        wall.process_view(request, lambda request: HttpResponse(), (), {})
    assert wall.process_view(request, public(lambda request: HttpResponse()), (), {}) is None


def test_what_is_granted_to_everybody_still_comes_by_the_door_of_one_side() -> None:
    right = right_named("draft.write")
    assert "anyone" not in current().kinds_by_view["staff:entry_step"]
    assert "anyone" in current().kinds_by_view["consult:step"]
    assert allows(Actor(), str(right)) is True  # the cookie of the browser decides, elsewhere


# --- the page for people


def test_the_page_is_that_of_the_file() -> None:
    call_command("policy_table", "--check")


def test_a_page_that_differs_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy_table, "PAGE", tmp_path / "policy.md")
    with pytest.raises(CommandError, match="policy_table --write"):
        call_command("policy_table", "--check")
    call_command("policy_table", "--write", stdout=io.StringIO())
    call_command("policy_table", "--check")
    drawn = (tmp_path / "policy.md").read_text(encoding="utf-8")
    (tmp_path / "policy.md").write_text(drawn.replace("●", "○", 1), encoding="utf-8")
    with pytest.raises(CommandError, match="policy_table --write"):
        call_command("policy_table", "--check")
