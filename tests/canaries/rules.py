"""Who may be shown which canary. A model without a rule of its own is shown to staff who see its matter, to nobody else."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.apps import apps
from django.db import models

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import allows
from chiba_ward.access.policy import rows as rows_of
from chiba_ward.casework.enums import Audience
from chiba_ward.casework.models import Matter, OutsideDutyReason
from chiba_ward.compartments import services as compartments
from chiba_ward.compartments.models import BreakGlass
from chiba_ward.correspondence.models import Delivery
from chiba_ward.directory.enums import Role
from chiba_ward.disclosure.models import DisclosureHold
from community.area_officers.models import AreaAssignment, AreaPromise, AreaVisit, HandOver
from community.enums import Visibility
from community.matching.contacts import EXCHANGED
from community.matching.models import Match, MatchAnswer, Need, Offer
from community.models import AnnualReturn, OrgContact
from consultations import policy_referral
from consultations.centre.models import CaseTransfer, ProgressEntry
from consultations.models import Consultation, Referral
from consultations.support.models import Meeting, PlanPerson, RoleTask, Subject, SupportPlan
from tests.canaries.tokens import Origin

Row = Any
# What a row points to without hanging on it: people, places, papers.
ELSEWHERE = {"access", "directory", "documents", "contenttypes", "pghistory"}
READERS_OF_ACCOUNTS = (Role.SYSTEM_ADMIN, Role.AUDITOR)


@dataclass
class Sight:
    """What one actor may see, asked of the portal's own rules once."""

    actor: Actor
    rows: dict[tuple[str, object], Row] = field(default_factory=dict)
    answers: dict[Origin, bool] = field(default_factory=dict)

    @cached_property
    def cases(self) -> set[int]:
        return set(Consultation.objects.visible_to(self.actor).values_list("pk", flat=True))

    @cached_property
    def referrals(self) -> dict[int, Referral]:
        rows = Referral.objects.visible_to(self.actor).select_related("consultation")
        return {one.pk: one for one in rows}

    @cached_property
    def excerpts(self) -> set[int]:
        may = policy_referral.may_read_excerpt
        return {pk for pk, one in self.referrals.items() if may(self.actor, one)}

    @cached_property
    def handed_over(self) -> set[int]:
        """The cases of which a part is open to this actor as the other side of a つなぎ."""
        return {self.referrals[pk].consultation_id for pk in self.excerpts}

    @cached_property
    def meetings(self) -> set[int]:
        return set(Meeting.objects.visible_to(self.actor).values_list("pk", flat=True))

    @cached_property
    def plans(self) -> set[int]:
        return set(SupportPlan.objects.visible_to(self.actor).values_list("pk", flat=True))

    @cached_property
    def tasks(self) -> set[int]:
        return set(RoleTask.objects.visible_to(self.actor).values_list("pk", flat=True))

    @cached_property
    def entries(self) -> set[int]:
        return set(ProgressEntry.objects.visible_to(self.actor).values_list("pk", flat=True))

    @cached_property
    def transfers(self) -> set[int]:
        return set(CaseTransfer.objects.visible_to(self.actor).values_list("pk", flat=True))

    @cached_property
    def org_contacts(self) -> set[int]:
        return set(OrgContact.objects.visible_to(self.actor).values_list("pk", flat=True))

    @cached_property
    def area_visits(self) -> set[int]:
        return set(AreaVisit.objects.visible_to(self.actor).values_list("pk", flat=True))

    @cached_property
    def area_promises(self) -> set[int]:
        return set(AreaPromise.objects.visible_to(self.actor).values_list("pk", flat=True))

    @cached_property
    def area_papers(self) -> set[int]:
        """Handed in; or still written by this actor."""
        filed = HandOver.objects.visible_to(self.actor).order_by("pk").values_list("pk", flat=True)
        mine = AreaAssignment.objects.filter(rows_of(self.actor, "area_assignment.hand_over"))
        drafts = HandOver.objects.filter(assignment__in=mine, state="draft").order_by("pk")
        return {*filed, *drafts.values_list("pk", flat=True)}

    @cached_property
    def annual_returns(self) -> set[int]:
        return set(AnnualReturn.objects.visible_to(self.actor).values_list("pk", flat=True))

    @cached_property
    def needs(self) -> set[int]:
        return set(Need.objects.visible_to(self.actor).values_list("pk", flat=True))

    @cached_property
    def offers(self) -> set[int]:
        return set(Offer.objects.visible_to(self.actor).values_list("pk", flat=True))

    @cached_property
    def matches(self) -> dict[int, Match]:
        return Match.objects.visible_to(self.actor).select_related("need__org", "offer__org").in_bulk()

    @cached_property
    def released(self) -> set[tuple[int | None, str]]:
        """Organisation and kind of the contacts that one side lets the other read, both having agreed."""
        found = MatchAnswer.objects.filter(match__in=self.matches, match__state__in=EXCHANGED, is_yes=True)
        return {
            (self.matches[one.match_id].listing(one.side).org_id, kind)
            for one in found
            for kind in one.released
        }

    @cached_property
    def discussed(self) -> set[int]:
        """The persons who are on the table of a meeting, or in a plan, that this actor reads."""
        on_table = Subject.objects.filter(meeting__in=self.meetings, taken_off_at__isnull=True)
        planned = PlanPerson.objects.filter(plan__in=self.plans)
        return {*on_table.values_list("party", flat=True), *planned.values_list("party", flat=True)}

    @cached_property
    def letters(self) -> set[int]:
        """The matters whose letters and calls are this actor's to do."""
        return set(Delivery.objects.visible_to(self.actor).values_list("notice__matter", flat=True))

    def allows(self, origin: Origin) -> bool:
        """Asked once of each: with every compartment open, so that the first wall alone answers."""
        if origin not in self.answers:
            with compartments.everywhere("the canaries ask"):
                self.answers[origin] = self._allows(origin)
        return self.answers[origin]

    def _allows(self, origin: Origin) -> bool:
        row = self._row(origin)
        return RULES.get(origin.model, _by_matter)(self, row, origin.field)

    def _row(self, origin: Origin) -> Row:
        key = (origin.model, origin.pk)
        if key not in self.rows:
            self.rows[key] = apps.get_model(origin.model)._default_manager.get(pk=origin.pk)
        return self.rows[key]

    def is_staff_on(self, case: int) -> bool:
        return self.actor.is_staff and case in self.cases

    def is_person_of(self, case: int) -> bool:
        return not self.actor.is_staff and not self.actor.is_partner and case in self.cases


def _by_matter(sight: Sight, row: Row, name: str) -> bool:
    matter = matter_of(row)
    return matter is not None and sight.is_staff_on(matter)


def matter_of(row: models.Model) -> int | None:
    """The matter a row hangs on, by its foreign keys upwards."""
    if isinstance(row, Matter):
        return int(row.pk)
    for relation in row._meta.concrete_fields:
        if relation.is_relation and relation.related_model is not None:
            above = relation.related_model._meta.label
            if above == "casework.Matter":
                return getattr(row, relation.attname)  # type: ignore[no-any-return]  # an id
            is_above = above.split(".")[0] not in ELSEWHERE and relation.related_model is not type(row)
            if is_above and (parent := getattr(row, relation.name)) and (found := matter_of(parent)):
                return found
    return None


def _consultation(sight: Sight, row: Row, name: str) -> bool:
    own_words = name in ("chief_concern", "body", "relation")
    return sight.is_staff_on(row.pk) or (own_words and sight.is_person_of(row.pk))


def _of_person(sight: Sight, row: Row, name: str) -> bool:
    """What the person said of themselves, or was told."""
    case = matter_of(row)
    return case is not None and (sight.is_staff_on(case) or sight.is_person_of(case))


def _contact(sight: Sight, row: Row, name: str) -> bool:
    return _of_person(sight, row, name) or row.pk in sight.letters


def _delivery(sight: Sight, row: Row, name: str) -> bool:
    return _by_matter(sight, row, name) or matter_of(row) in sight.letters


def _call(sight: Sight, row: Row, name: str) -> bool:
    return _delivery(sight, row.delivery, name)


def _timeline(sight: Sight, row: Row, name: str) -> bool:
    if sight.is_staff_on(row.matter_id):
        return True
    if sight.is_person_of(row.matter_id):
        return bool(row.audience == Audience.CITIZEN)
    return row.audience != Audience.HOUSE and row.matter_id in sight.handed_over


def _referral(sight: Sight, row: Row, name: str) -> bool:
    if name == "accepted_by_name" and sight.is_person_of(row.consultation_id):
        return True  # the person is told who will ring
    return row.pk in sight.referrals or sight.is_staff_on(row.consultation_id)


def _question(sight: Sight, row: Row, name: str) -> bool:
    return row.referral_id in sight.referrals or sight.is_staff_on(row.referral.consultation_id)


def _item(sight: Sight, row: Row, name: str) -> bool:
    return row.referral_id in sight.excerpts or sight.is_staff_on(row.referral.consultation_id)


def _consent(sight: Sight, row: Row, name: str) -> bool:
    """The desk that keeps the case, and offices that have sent it somewhere."""
    sent = any(policy_referral.is_sender(sight.actor, one) for one in sight.referrals.values())
    return _by_matter(sight, row, name) or (sent and row.consultation_id in sight.handed_over)


def _draft(sight: Sight, row: Row, name: str) -> bool:
    """Whoever writes it; a draft of a browser is told apart by the crawl, which knows whose browser it gave it to."""
    user, posting = sight.actor.user, sight.actor.posting
    is_own = (user is not None and row.user_id == user.pk) or (
        posting is not None and row.posting_id == posting.pk
    )
    return is_own or (
        row.user_id is None and row.posting_id is None and str(row.pk) in sight.rows.get(DRAFTS, ())
    )


def _outside_duty(sight: Sight, row: Row, name: str) -> bool:
    """Whoever heads the office of whoever opened it; the auditor the reason, which stands in the read log too."""
    is_in_the_log = name == "text" and sight.actor.has_role(Role.AUDITOR)
    return is_in_the_log or OutsideDutyReason.objects.visible_to(sight.actor).filter(pk=row.pk).exists()


def _glass(sight: Sight, row: Row, name: str) -> bool:
    """Whoever reviews it: the head of whoever asked, and the auditors."""
    return BreakGlass.objects.visible_to(sight.actor).filter(pk=row.pk).exists()


def _held_person(sight: Sight, row: Row, name: str) -> bool:
    """Whoever keeps the register of the ward."""
    return DisclosureHold.objects.visible_to(sight.actor).filter(pk=row.pk).exists()


def _hold_line(sight: Sight, row: Row, name: str) -> bool:
    return _held_person(sight, row.person, name)


def _account(sight: Sight, row: Row, name: str) -> bool:
    return row == sight.actor.user or sight.actor.has_role(*READERS_OF_ACCOUNTS)


def _meeting(sight: Sight, row: Row, name: str) -> bool:
    """The convener and the offices of fixed members; what hangs on a meeting is read with it."""
    meeting = getattr(row, "hand_out", row)
    return getattr(meeting, "meeting_id", meeting.pk) in sight.meetings


def _member(sight: Sight, row: Row, name: str) -> bool:
    """A colleague named in a meeting that may be read."""
    return row.meeting_id in sight.meetings


def _minutes(sight: Sight, row: Row, name: str) -> bool:
    """A draft is the convener's alone."""
    minutes = getattr(row, "minutes", row)
    is_own = minutes.meeting.office_id == sight.actor.office_id
    return minutes.meeting_id in sight.meetings and (is_own or minutes.approved_at is not None)


def _plan(sight: Sight, row: Row, name: str) -> bool:
    return getattr(row, "plan_id", row.pk) in sight.plans


def _role_task(sight: Sight, row: Row, name: str) -> bool:
    """Its office; and whoever reads the meeting or the plan in whose table it stands."""
    return row.pk in sight.tasks or row.meeting_id in sight.meetings or row.plan_id in sight.plans


def _entry(sight: Sight, row: Row, name: str) -> bool:
    """The section that keeps the ledger; what hangs on an entry is read with it."""
    return getattr(row, "entry_id", row.pk) in sight.entries


def _transfer(sight: Sight, row: Row, name: str) -> bool:
    """Whoever has the case, and the section that was asked and has not answered."""
    return row.pk in sight.transfers or _entry(sight, row, name)


def _org_contact(sight: Sight, row: Row, name: str) -> bool:
    """Those whom its own visibility names; what is public stands on the page of the district."""
    if (row.org_id, row.kind) in sight.released:
        return True
    return row.pk in sight.org_contacts or row.visibility == Visibility.PUBLIC


def _annual_return(sight: Sight, row: Row, name: str) -> bool:
    return row.pk in sight.annual_returns


def _area_visit(sight: Sight, row: Row, name: str) -> bool:
    """The section of the ward."""
    return row.pk in sight.area_visits


def _area_promise(sight: Sight, row: Row, name: str) -> bool:
    return row.pk in sight.area_promises


def _area_paper(sight: Sight, row: Row, name: str) -> bool:
    return row.pk in sight.area_papers


def _listing(sight: Sight, row: Row, name: str) -> bool:
    """The text also the other side of a 仲介; who it is of, its own section alone, and whom the person lets know."""
    side = row._meta.model_name
    shown = [one for one in sight.matches.values() if getattr(one, f"{side}_id") == row.pk]
    if name in ("person_name", "person_contact"):
        is_released = any(one.state in EXCHANGED for one in shown) and (None, "person") in sight.released
        return row.org_id is None and (is_released or allows(sight.actor, f"{side}.person", row))
    return row.pk in getattr(sight, f"{side}s") or (name == "text" and bool(shown))


def _match(sight: Sight, row: Row, name: str) -> bool:
    """Why it failed, in their own words, staff alone."""
    return row.pk in sight.matches and (name != "failure_note" or sight.actor.is_staff)


def _answer(sight: Sight, row: Row, name: str) -> bool:
    """Who answered: staff, and that side itself."""
    match = sight.matches.get(row.match_id)
    if match is None:
        return False
    org = match.listing(row.side).org
    return sight.actor.is_staff or (org is not None and org.office_id == sight.actor.office_id)


def _matching_line(sight: Sight, row: Row, name: str) -> bool:
    return row.match_id in sight.matches and sight.actor.is_staff


def _party(sight: Sight, row: Row, name: str) -> bool:
    """Who is discussed or planned for is known by name, kin and rule of contact, never by number or address."""
    if name in ("name", "relation", "contact_note") and row.pk in sight.discussed:
        return True
    return _of_person(sight, row, name)


DRAFTS = ("drafts of this browser", 0)
RULES: dict[str, Callable[[Sight, Row, str], bool]] = {
    "access.User": _account,
    "casework.Draft": _draft,
    "casework.OutsideDutyReason": _outside_duty,
    "casework.TimelineEntry": _timeline,
    "compartments.BreakGlass": _glass,
    "disclosure.HeldPerson": _held_person,
    "disclosure.HoldLine": _hold_line,
    "consultations.CitizenMessage": _of_person,
    "consultations.ConsentGrant": _consent,
    "consultations.Consultation": _consultation,
    "consultations.Party": _party,
    "consultations.Referral": _referral,
    "consultations.ReferralItem": _item,
    "consultations.ReferralQuestion": _question,
    "correspondence.CallAttempt": _call,
    "correspondence.ContactCard": _contact,
    "correspondence.Delivery": _delivery,
    "area_officers.AreaPromise": _area_promise,
    "area_officers.AreaVisit": _area_visit,
    "area_officers.HandOver": _area_paper,
    "community.AnnualReturn": _annual_return,
    "community.OrgContact": _org_contact,
    "matching.Match": _match,
    "matching.MatchAnswer": _answer,
    "matching.MatchingLine": _matching_line,
    "matching.Need": _listing,
    "matching.Offer": _listing,
    "centre.CaseTransfer": _transfer,
    "centre.ChildSupportPlan": _entry,
    "centre.Evaluation": _entry,
    "centre.ProgressEntry": _entry,
    "support.AgendaItem": _meeting,
    "support.HandOut": _meeting,
    "support.Meeting": _meeting,
    "support.Member": _member,
    "support.Minutes": _minutes,
    "support.MinutesSupplement": _minutes,
    "support.PlanPerson": _plan,
    "support.RoleTask": _role_task,
    "support.SupportPlan": _plan,
}
