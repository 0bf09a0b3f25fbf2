"""Districts of two wards with their officers, what was noted and promised there, and 引継書 in each state."""

import datetime as dt

from django.utils import timezone

from chiba_ward.directory.enums import AreaKind
from chiba_ward.directory.models import Area, Ward
from community.area_officers.models import AreaAssignment, AreaPromise, AreaVisit, HandOver
from tests.matrix.actors import in_office
from tests.matrix.stages import Names, Stage, World, setting

W_DESK, M_DESK = in_office("wakaba-chiiki"), in_office("midori-chiiki")
W_AFFAIRS, M_AFFAIRS = in_office("wakaba-somu"), in_office("midori-somu")
BOTH_DESKS = W_DESK | M_DESK
AFFAIRS = W_AFFAIRS | M_AFFAIRS | in_office("chuo-somu")
OFFICER, COLLEAGUE, FAR = "area officer", "community section", "area officer elsewhere"
AGO = dt.timedelta(days=10)


def _district(slug: str, name: str) -> Area:
    return Area.objects.create(kind=AreaKind.DISTRICT, ward=Ward.objects.get(slug=slug), name=name)


def _assignment(world: World, area: Area, person: str) -> AreaAssignment:
    officer = world.by(person).seat
    start = timezone.localdate() - AGO
    made: AreaAssignment = AreaAssignment.objects.create(
        area=area, officer=officer, part="primary", starts_on=start
    )
    return made


def _of(slug: str, person: str, stands: dict[str, Names]) -> Stage:
    def make(world: World, stage: Stage) -> AreaAssignment:
        return _assignment(world, _district(slug, stage.canary), person)

    return Stage("area_assignment", f"district of {person}", make, stands)


ASSIGNMENTS = setting(
    _of(
        "wakaba",
        OFFICER,
        {"area_desk": W_DESK, "general_affairs": W_AFFAIRS, "own_assignment": frozenset({OFFICER})},
    ),
    _of(
        "wakaba",
        COLLEAGUE,
        {"area_desk": W_DESK, "general_affairs": W_AFFAIRS, "own_assignment": frozenset({COLLEAGUE})},
    ),
    _of(
        "midori",
        FAR,
        {"area_desk": M_DESK, "general_affairs": M_AFFAIRS, "own_assignment": frozenset({FAR})},
    ),
)


def _owner(world: World, person: str) -> AreaAssignment:
    found: AreaAssignment = world.row("area_assignment", f"district of {person}")
    return found


def _visit(person: str, desk: Names) -> Stage:
    def make(world: World, stage: Stage) -> AreaVisit:
        made: AreaVisit = AreaVisit.objects.create(
            assignment=_owner(world, person),
            on=timezone.localdate(),
            occasion="visit",
            heard=stage.canary,
            meeting=stage.canary,
        )
        return made

    stands = {"visits_of_desk": desk, "visits_of_my_area": frozenset({person})}
    return Stage("area_visit", f"visit of {person}", make, stands)


VISITS = setting(_visit(OFFICER, W_DESK), _visit(COLLEAGUE, W_DESK), _visit(FAR, M_DESK))


def _promise(person: str, desk: Names) -> Stage:
    def make(world: World, stage: Stage) -> AreaPromise:
        owner = _owner(world, person)
        made: AreaPromise = AreaPromise.objects.create(
            area=owner.area,
            assignment=owner,
            what=stage.canary,
            to_whom="見本",
            due_on=timezone.localdate(),
            made_by=owner.officer,
        )
        return made

    stands = {"promises_of_desk": desk, "promises_of_my_area": frozenset({person})}
    return Stage("area_promise", f"promise of {person}", make, stands)


PROMISES = setting(_promise(OFFICER, W_DESK), _promise(COLLEAGUE, W_DESK), _promise(FAR, M_DESK))


def _paper(name: str, slug: str, left: str, after: str, stands: dict[str, Names], state: str) -> Stage:
    """Of one who has gone, whose successor is in office."""

    def make(world: World, stage: Stage) -> HandOver:
        today, area = timezone.localdate(), _district(slug, f"{name}の地区")
        gone = _assignment(world, area, left)
        filed = {"submitted_at": timezone.now(), "written_by": gone.officer, "last_day": today}
        paper: HandOver = HandOver.objects.create(
            assignment=gone, going_on=stage.canary, state=state, **(filed if state != "draft" else {})
        )
        if state != "draft":
            ended = {"state": "ended", "until": today, "hand_over": paper}
            AreaAssignment.objects.filter(pk=gone.pk).update(**ended)
            if after:
                officer = world.by(after).seat
                AreaAssignment.objects.create(area=area, officer=officer, part="primary", starts_on=today)
        return paper

    return Stage("area_hand_over", name, make, stands)


PAPERS = setting(
    _paper(
        "paper for the area officer",
        "wakaba",
        COLLEAGUE,
        OFFICER,
        {"filed_at_area_desk": W_DESK, "successor": frozenset({OFFICER})},
        "submitted",
    ),
    _paper(
        "paper for the community section",
        "wakaba",
        OFFICER,
        COLLEAGUE,
        {"filed_at_area_desk": W_DESK, "successor": frozenset({COLLEAGUE})},
        "submitted",
    ),
    _paper("draft of the area officer", "wakaba", OFFICER, "", {}, "draft"),
    _paper("paper of midori", "midori", FAR, "", {"filed_at_area_desk": M_DESK}, "submitted"),
)
