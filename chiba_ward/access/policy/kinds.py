"""As what somebody acts: the role of the posting, or a kind without one."""

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy.model import KIND_LABELS, Kind
from chiba_ward.directory.enums import PARTNER_ROLES, STAFF_ROLES, Role

ROLES = {role.name.lower(): role for role in Role}
SIDES = {
    "staff": frozenset(role.name.lower() for role in STAFF_ROLES),
    "partners": frozenset(role.name.lower() for role in PARTNER_ROLES),
}
EVERYBODY = frozenset({*ROLES, *map(str, Kind)})


def kinds_of(actor: Actor) -> tuple[str, ...]:
    """Every name under which the policy may grant this actor something; `anyone` last.

    Staff act as staff alone, whatever key lies in their browser. A partner who has proved the passphrase of a case
    of their own may follow it; a link beside a partner's account adds nothing.
    """
    if actor.role:
        own: list[str] = [Role(actor.role).name.lower()]
        own += [Kind.KEY_HOLDER] if actor.matter_id and not actor.is_staff else []
    else:
        own = [Kind.RESIDENT] if actor.is_citizen else []
        own += [Kind.KEY_HOLDER] if actor.matter_id else []
        own += [Kind.LINK_HOLDER] if actor.referral_id else []
    return (*(map(str, own) if own else (str(Kind.ANONYMOUS),)), str(Kind.ANYONE))


def label_of(kind: str) -> str:
    """The Japanese name of a role or kind."""
    return str(ROLES[kind].label) if kind in ROLES else KIND_LABELS[Kind(kind)]
