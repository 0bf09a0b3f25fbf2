"""One-click sign-in for plainly invented people, under the demo settings alone."""

from dataclasses import dataclass

from django.conf import settings
from django.http import Http404

from chiba_ward.access.actor import Actor, actor_of
from chiba_ward.access.models import User
from chiba_ward.directory.models import Posting

FACES = (
    ("staff", "職員"),
    ("partner", "関係機関・本庁・地域団体"),
    ("citizen", "市民"),
)


@dataclass(frozen=True)
class DemoPerson:
    user: User
    actor: Actor

    @property
    def duty(self) -> str:
        """What this person is, in a word."""
        return str(self.actor.posting.post) if self.actor.posting else "市民（登録あり）"


def people() -> list[DemoPerson]:
    """Every demo account that may sign in, with the posting it would act under today."""
    users = User.objects.filter(is_demo=True, is_active=True).order_by("kana", "id")
    return [DemoPerson(user, actor_of(user, _posting(user))) for user in users]


def people_by_face() -> list[tuple[str, list[DemoPerson]]]:
    everybody = people()
    return [(title, [person for person in everybody if person.actor.face == face]) for face, title in FACES]


def demo_user(user_id: str) -> User:
    """The demo account of this id. 404 for everybody else, and always outside the demo settings."""
    if not settings.PORTAL_DEMO or not user_id.isdigit():
        raise Http404
    user = User.objects.filter(is_demo=True, is_active=True, pk=int(user_id)).first()
    if user is None:
        raise Http404
    return user


def _posting(user: User) -> Posting | None:
    return user.postings.active_on().with_duty().order_by("kind", "id").first()
