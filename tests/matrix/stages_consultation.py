"""Consultations in every relation that the policy knows, and some in none."""

from collections.abc import Mapping
from typing import Any

from chiba_ward.access.actor import SYSTEM, Actor
from chiba_ward.casework.enums import Channel
from chiba_ward.compartments import seats
from chiba_ward.compartments import services as compartments
from chiba_ward.compartments.enums import CompartmentKind
from chiba_ward.compartments.models import Compartment
from chiba_ward.directory.models import Office, Ward
from chiba_ward.disclosure.emergency import services as emergency
from consultations.models import Consultation
from consultations.services import closing, conversation, filing, triage
from tests.matrix.actors import in_office, in_ward
from tests.matrix.stages import Names, Stage, World, note_of, setting

SOMU, KOREI, ENGO = in_office("wakaba-somu"), in_office("wakaba-korei"), in_office("wakaba-engo")
CHIIKI = in_office("wakaba-chiiki")
MIDORI_SOMU, MIDORI_KOREI = in_office("midori-somu"), in_office("midori-korei")
CHUO_SOMU = in_office("chuo-somu")
KODOMO = in_office("wakaba-kodomo")
SEATED = KODOMO | frozenset({"reception", "section", "specialist", "area officer"})
BREAKERS = frozenset({"another section", "specialist", "abuse team"})
TRIAGE_DESKS = SOMU | MIDORI_SOMU | CHUO_SOMU


def _file(world: World, stage: Stage, by: Actor, ward: str = "wakaba", **fields: Any) -> Consultation:
    wards = Ward.objects.filter(slug=ward)
    words = filing.Filing(
        chief_concern=stage.canary,
        body=f"B{stage.canary}",
        ward=wards.first(),
        consulter=filing.Person(name=f"見本 {stage.canary}"),
        contact={"preferred": "portal", "address": f"見本町 {stage.canary}"},
        **fields,
    )
    case = filing.file(words, by=by).consultation
    world.keys[stage.name] = case.pk
    return case


def _typed(world: World, stage: Stage, by: str, ward: str) -> Consultation:
    return _file(world, stage, world.by(by), ward, channel=Channel.COUNTER)


def _assigned(world: World, case: Consultation, by: str, code: str) -> Consultation:
    return triage.assign(case.pk, by=world.by(by), office=Office.objects.get(code=code))


def by_key(world: World, stage: Stage) -> Consultation:
    """Filed without an account, as most are; the triage desk has looked and written a note."""
    case = _file(world, stage, Actor())
    triage.add_note(case.pk, by=world.by("triage desk"), text=stage.parts["notes"])
    return case


def by_account(world: World, stage: Stage) -> Consultation:
    return _file(world, stage, world.by("resident"), "midori")


def _in_work(code: str, by: str, *, is_taken: bool = True) -> Any:
    def make(world: World, stage: Stage) -> Consultation:
        case = _file(world, stage, Actor())
        _assigned(world, case, "triage desk", code)
        if is_taken:
            triage.take(case.pk, by=world.by(by))
        triage.add_note(case.pk, by=world.by(by), text=stage.parts["notes"])
        return case

    return make


def elsewhere(world: World, stage: Stage) -> Consultation:
    case = _file(world, stage, Actor(), "midori")
    _assigned(world, case, "triage desk elsewhere", "midori-korei")
    triage.add_note(case.pk, by=world.by("section elsewhere"), text=stage.parts["notes"])
    return case


def somebodys(world: World, stage: Stage) -> Consultation:
    """Filed from another resident's account, and a key of its own."""
    case = _file(world, stage, world.by("another resident"), "midori")
    _assigned(world, case, "triage desk elsewhere", "midori-korei")
    return case


def no_ward(world: World, stage: Stage) -> Consultation:
    return _file(world, stage, Actor(), "nowhere")


def no_ward_taken(world: World, stage: Stage) -> Consultation:
    """Open, kept by another section, and still without a ward."""
    case = _file(world, stage, Actor(), "nowhere")
    _assigned(world, case, "triage desk", "wakaba-engo")
    return case


def typed(by: str, ward: str = "midori") -> Any:
    return lambda world, stage: _typed(world, stage, by, ward)


def typed_and_sorted(world: World, stage: Stage) -> Consultation:
    case = _typed(world, stage, "section", "midori")
    return _assigned(world, case, "triage desk elsewhere", "midori-korei")


def given_by(by: str, code: str) -> Any:
    def make(world: World, stage: Stage) -> Consultation:
        case = _file(world, stage, Actor())
        if by not in SOMU:
            _assigned(world, case, "triage desk", world.by(by).seat.post.office.code)
        return _assigned(world, case, by, code)

    return make


def closed(world: World, stage: Stage) -> Consultation:
    case = _in_work("wakaba-korei", "section")(world, stage)
    conversation.reply(case.pk, by=world.by("section"), body="お答えします。")
    return closing.close(case.pk, by=world.by("section"), outcome="advised", note=stage.parts["notes"])


def enclosed(world: World, stage: Stage) -> Consultation:
    """In a compartment: the abuse team, whose desk has it, sits there, and one of each other role."""
    case = _in_work("wakaba-kodomo", "abuse team")(world, stage)
    room = Compartment.objects.create(kind=CompartmentKind.CHILD_ABUSE)
    for name in sorted(SEATED):
        seats.admit(room, world.by(name).seat, by=SYSTEM, reason="試験のため")
    compartments.enclose(case.matter, room, by=SYSTEM)
    return case


def broken_into(world: World, stage: Stage) -> Consultation:
    """In a compartment of the team elsewhere; one of each role that may has opened it for an hour."""
    case = _file(world, stage, Actor(), "midori")
    _assigned(world, case, "triage desk elsewhere", "midori-kodomo")
    triage.add_note(case.pk, by=world.by("abuse team elsewhere"), text=stage.parts["notes"])
    room = Compartment.objects.create(kind=CompartmentKind.DV)
    seats.admit(room, world.by("abuse team elsewhere").seat, by=SYSTEM, reason="試験のため")
    compartments.enclose(case.matter, room, by=SYSTEM)
    for name in sorted(BREAKERS):
        reason = "試験のため、命に危険があるとして開きます。"
        emergency.ask(by=world.by(name), number=case.matter.receipt_no, reason=reason)
    return case


def _case(name: str, make: Any, stands: Mapping[str, Names]) -> Stage:
    return Stage("consultation", name, make, stands, parts={"notes": note_of("consultation", name)})


def _typed_stage(by: str) -> Stage:
    stands = {
        "typed_unsorted": frozenset({by}),
        "desk": MIDORI_SOMU,
        "ward_unsorted": in_ward("midori"),
        "desk_unsorted": MIDORI_SOMU,
        "triage_desk_unsorted": MIDORI_SOMU,
    }
    return _case(f"typed by {by}", typed(by), stands)


def _given_stage(by: str, code: str) -> Stage:
    stands = {"given_away": frozenset({by}), "desk": in_office(code)}
    return _case(f"given away by {by}", given_by(by, code), stands)


def _at(name: str, code: str, by: str) -> Stage:
    stands = {"desk": in_office(code)}
    if code.endswith("-kodomo"):
        stands["family_desk"] = in_office(code)
    return _case(name, _in_work(code, by), stands)


def _new_in(name: str, make: Any, ward: str, **more: Names) -> Stage:
    """Received by the ward's triage desk and sorted by nobody yet."""
    desk = in_office(f"{ward}-somu")
    stands = {
        "desk": desk,
        "desk_unsorted": desk,
        "triage_desk_unsorted": desk,
        "ward_unsorted": in_ward(ward),
    }
    return _case(name, make, {**stands, **more})


GIVEN = {"given_away": frozenset({"triage desk"})}
GIVEN_ELSEWHERE = {"given_away": frozenset({"triage desk elsewhere"})}
WITHOUT_WARD = {"triage_desk_no_ward": TRIAGE_DESKS}
STAGES = setting(
    _new_in("filed by key", by_key, "wakaba", held_key=frozenset({"key holder"})),
    _new_in("filed by account", by_account, "midori", own_filing=frozenset({"resident"})),
    _at("at the section", "wakaba-korei", "section"),
    _at("at the health section", "wakaba-kenko", "specialist"),
    _at("at the family section", "wakaba-kodomo", "abuse team"),
    _case(
        "in a compartment", enclosed, {"desk": KODOMO, "family_desk": KODOMO, "compartment_member": SEATED}
    ),
    _case(
        "broken into",
        broken_into,
        {
            "desk": in_office("midori-kodomo"),
            "family_desk": in_office("midori-kodomo"),
            "compartment_member": frozenset({"abuse team elsewhere"}),
            "broken_glass": BREAKERS,
        },
    ),
    _case(
        "at the community section",
        _in_work("wakaba-chiiki", "community section", is_taken=False),
        {"desk": CHIIKI, **GIVEN},
    ),
    _case("at a section elsewhere", elsewhere, {"desk": MIDORI_KOREI, **GIVEN_ELSEWHERE}),
    _case(
        "somebody else's",
        somebodys,
        {
            "own_filing": frozenset({"another resident"}),
            "held_key": frozenset({"holder of another key"}),
            "desk": MIDORI_KOREI,
            **GIVEN_ELSEWHERE,
        },
    ),
    _case(
        "without a ward",
        no_ward,
        {**WITHOUT_WARD, "no_ward_unsorted": TRIAGE_DESKS, "desk": CHUO_SOMU, "desk_unsorted": CHUO_SOMU},
    ),
    _case("without a ward, taken", no_ward_taken, {**WITHOUT_WARD, **GIVEN, "desk": ENGO}),
    *(_typed_stage(by) for by in ("reception", "section", "specialist", "abuse team", "area officer")),
    _case(
        "typed by section, sorted since",
        typed_and_sorted,
        {"desk": MIDORI_KOREI, **GIVEN_ELSEWHERE},
    ),
    _given_stage("triage desk", "wakaba-korei"),
    _given_stage("reception", "wakaba-engo"),
    _given_stage("specialist", "wakaba-engo"),
    _given_stage("abuse team", "wakaba-engo"),
    _case("closed at the section", closed, {"desk": KOREI}),
)
