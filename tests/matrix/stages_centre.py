"""Ledger, plans and transfers of the family sections of two wards."""

import datetime as dt

from django.utils import timezone

from chiba_ward.directory.models import Office, Ward
from consultations.centre.enums import Category
from consultations.centre.models import CaseTransfer, ChildSupportPlan, ProgressEntry
from consultations.centre.services import entries, plans, transfers
from consultations.services import persons
from tests.matrix.actors import in_office
from tests.matrix.stages import Names, Stage, World, setting
from tests.matrix.stages_support import CONVENERS, _case

SECTIONS = ("wakaba-kodomo", "midori-kodomo")


def _entry(world: World, stage: Stage, code: str) -> ProgressEntry:
    """Evaluated once, with the stage's own word."""
    by, soon = world.by(CONVENERS[code]), timezone.localdate() + dt.timedelta(days=30)
    case, office = _case(world, stage, code), Office.objects.get(code=code)
    entry = entries.register(case.pk, by=by, category=Category.SUPPORT, lead=office, next_on=soon)
    entries.evaluate(
        entry.pk,
        by=by,
        on=timezone.localdate(),
        finding=stage.canary,
        category=Category.SUPPORT,
        next_on=soon,
    )
    world.keys[f"entry of {stage.name}"] = entry.pk
    return entry


def _entry_stage(code: str) -> Stage:
    def make(world: World, stage: Stage) -> ProgressEntry:
        return ProgressEntry.objects.get(pk=_entry(world, stage, code).pk)

    return Stage("progress_entry", f"entry of {code}", make, {"of_my_ledger": in_office(code)})


ENTRIES = setting(*map(_entry_stage, SECTIONS))


def _plan_stage(code: str) -> Stage:
    def make(world: World, stage: Stage) -> ChildSupportPlan:
        entry, by = _entry(world, stage, code), world.by(CONVENERS[code])
        person = persons.add(entry.consultation_id, by=by, relation="母", name="見本 母")
        today = timezone.localdate()
        plan = plans.start(
            entry.pk,
            by=by,
            made_with=person,
            wish=stage.canary,
            issues="見本",
            support="見本",
            starts_on=today,
            ends_on=today,
            evaluate_on=today,
        )
        world.keys[stage.name] = plan.pk
        return ChildSupportPlan.objects.get(pk=plan.pk)

    return Stage("child_plan", f"child plan of {code}", make, {"in_my_ledger": in_office(code)})


PLANS = setting(*map(_plan_stage, SECTIONS))


def _transfer_stage(name: str, code: str, ward: str, stands: dict[str, Names]) -> Stage:
    def make(world: World, stage: Stage) -> CaseTransfer:
        entry, by = _entry(world, stage, code), world.by(CONVENERS[code])
        made = transfers.ask(
            entry.pk,
            by=by,
            ward=Ward.objects.get(slug=ward),
            reason=stage.canary,
            caller="見本",
            called="見本",
            called_at=timezone.now(),
        )
        return CaseTransfer.objects.get(pk=made.pk)

    return Stage("case_transfer", name, make, stands)


W, M = (in_office(code) for code in SECTIONS)
TRANSFERS = setting(
    _transfer_stage("to midori", "wakaba-kodomo", "midori", {"from_my_ledger": W, "offered": M}),
    _transfer_stage("to wakaba", "midori-kodomo", "wakaba", {"from_my_ledger": M, "offered": W}),
    _transfer_stage("to chuo", "wakaba-kodomo", "chuo", {"from_my_ledger": W}),
    _transfer_stage("between others", "midori-kodomo", "inage", {"from_my_ledger": M}),
)
