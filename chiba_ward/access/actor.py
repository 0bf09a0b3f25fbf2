"""Who acts: one person under one posting, a resident, the holder of a case key, or a partner's link.

Every rule of visibility takes an `Actor`, never a request, so that pages, exports, tasks and the API
ask the same question (DESIGN §2 rule 3).
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.http import HttpRequest

from chiba_ward.access.duties import duties_of
from chiba_ward.directory.enums import PARTNER_ROLES, STAFF_ROLES, Role

if TYPE_CHECKING:
    from chiba_ward.access.models import User
    from chiba_ward.directory.models import Posting

POSTING_KEY = "acting_posting"
CASE_KEY = "case_key"
REFERRAL_KEY = "referral_link"


@dataclass(frozen=True)
class Actor:
    """`matter_id` is set for an anonymous filer who proved number and passphrase; `referral_id` for a
    partner who came by an expiring link and its one-time code. `compartments` are those in which the posting sits,
    where a request has brought them along (`duties`), `glasses` the single matters it has open by 緊急の開示;
    `has_sealed_key`: the proved matter lies in one."""

    user: "User | None" = None
    posting: "Posting | None" = None
    postings: tuple["Posting", ...] = field(default=(), compare=False)
    matter_id: int | None = None
    referral_id: int | None = None
    compartments: frozenset[int] | None = field(default=None, compare=False)
    glasses: frozenset[int] | None = field(default=None, compare=False)
    has_sealed_key: bool = field(default=False, compare=False)

    @property
    def role(self) -> str:
        return self.posting.post.role if self.posting else ""

    @property
    def office_id(self) -> int | None:
        return self.posting.post.office_id if self.posting else None

    @property
    def seat(self) -> "Posting":
        """The posting, where the rules have made sure of one. Raises LookupError for anybody else."""
        if self.posting is None:
            raise LookupError("this actor has no posting")
        return self.posting

    @property
    def ward_id(self) -> int | None:
        return self.posting.post.office.ward_id if self.posting else None

    @property
    def is_head(self) -> bool:
        return bool(self.posting and self.posting.post.is_head)

    @property
    def is_at_triage_desk(self) -> bool:
        """The office of the posting receives what nobody has sorted yet, and what has no ward."""
        return bool(self.posting and self.posting.post.office.is_triage_desk)

    @property
    def is_staff(self) -> bool:
        return self.role in STAFF_ROLES

    @property
    def is_partner(self) -> bool:
        return self.role in PARTNER_ROLES

    @property
    def is_citizen(self) -> bool:
        """A resident's own account. Staff who have a posting act as staff, never as residents."""
        return self.user is not None and not self.postings

    @property
    def came_by_link(self) -> bool:
        """A partner without an account: the holder of a link and its one-time code."""
        return self.user is None and self.referral_id is not None

    @property
    def face(self) -> str:
        return "staff" if self.is_staff else "partner" if self.is_partner or self.came_by_link else "citizen"

    @property
    def label(self) -> str:
        """How the timeline names this actor."""
        if self.posting and self.user:
            return f"{self.posting.post.office} {self.user}"
        if self.came_by_link:
            return "つなぎ先"
        return "相談者" if (self.user or self.matter_id) else "システム"

    def has_role(self, *roles: Role) -> bool:
        return self.role in roles


SYSTEM = Actor()


def actor_of(user: "User | None", posting: "Posting | None" = None) -> Actor:
    """An actor outside a request: a command, a task, a test."""
    postings = (posting,) if posting else ()
    return Actor(user=user, posting=posting, postings=postings)


def actor_for_request(request: HttpRequest) -> Actor:
    """Reads the postings of today on every request: a right that ended last night is gone this morning."""
    user = request.user if request.user.is_authenticated else None
    postings: tuple[Posting, ...] = ()
    if user is not None:
        postings = duties_of(user)
    chosen = request.session.get(POSTING_KEY)
    posting = next((p for p in postings if p.pk == chosen), postings[0] if postings else None)
    return Actor(
        user=user,
        posting=posting,
        postings=postings,
        matter_id=_fresh_key(request, CASE_KEY),
        referral_id=_fresh_key(request, REFERRAL_KEY),
        compartments=posting.compartments if posting else frozenset(),
        glasses=posting.glasses if posting else frozenset(),
        has_sealed_key=_is_sealed(request, CASE_KEY),
    )


def actor_of_request(request: HttpRequest) -> Actor:
    """The actor that `ActorMiddleware` has set; nobody where it did not run (an error page, a test)."""
    found: Actor = getattr(request, "actor", SYSTEM)
    return found


def _fresh_key(request: HttpRequest, name: str) -> int | None:
    from chiba_ward.access.case_keys import fresh

    return fresh(request.session, name)


def _is_sealed(request: HttpRequest, name: str) -> bool:
    from chiba_ward.access.case_keys import is_sealed

    return is_sealed(request.session, name)
