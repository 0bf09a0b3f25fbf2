"""What the API offers to the ground: effects, and the day's work of whoever keeps the integrations."""

from collections.abc import Iterator

from django.urls import NoReverseMatch, reverse

from chiba_ward.access import waiting
from chiba_ward.access.actor import Actor
from chiba_ward.casework import my_work

SHOWN = 5
TO_COLLECT = "api.to_collect"
# A day more than `in_force`: the database may still be in yesterday.
UNCOLLECTED = """
    EXISTS(
        SELECT FROM api_apitoken token JOIN directory_posting given ON given.id = token.posting_id
        JOIN directory_post at ON at.id = given.post_id
        WHERE token.digest IS NULL AND token.revoked_at IS NULL AND token.expires_on >= %(now)s::date
        AND (given.id = directory_posting.id OR (directory_post.is_head AND at.office_id = directory_post.office_id))
    )
"""


def register_all() -> None:
    from chiba_ward.api import delivering, relations, schema  # noqa: F401  (imported for what they register)

    my_work.register(work)
    waiting.announce(TO_COLLECT, UNCOLLECTED)


def work(actor: Actor) -> Iterator[my_work.WorkGroup]:
    """Notifications that were given up, for the system administrator and for the posting that is told."""
    from chiba_ward.api.models import WebhookDelivery
    from chiba_ward.api.services.tokens import may_permit

    yield from _to_collect(actor)
    if not may_permit(actor):
        return
    dead = WebhookDelivery.objects.visible_to(actor).dead().select_related("endpoint").order_by("-id")
    items = tuple(
        my_work.WorkItem(
            label=row.endpoint.name, url=_page("integrations:endpoint", row.endpoint_id), note=row.reason
        )
        for row in dead[:SHOWN]
    )
    yield my_work.WorkGroup(
        key="api.dead_deliveries",
        title="届かなかった連携の通知",
        items=items,
        count=dead.count(),
        url=_page("integrations:endpoints"),
        tone="urgent",
        order=15,
        empty="断念した通知はありません。",
    )


def _to_collect(actor: Actor) -> Iterator[my_work.WorkGroup]:
    """Tokens that were permitted for this posting, or for the office of this head, and lie ready."""
    from chiba_ward.api.models import ApiToken

    if actor.posting is None or not waiting.may_wait(actor, TO_COLLECT):
        return
    ready = ApiToken.objects.for_collecting(actor).in_force().filter(digest__isnull=True)
    if count := ready.count():
        yield my_work.WorkGroup(
            key="api.to_collect",
            title="受け取りを待つ連携トークン",
            count=count,
            url=_page("api_tokens"),
            tone="waiting",
            order=70,
        )


def _page(name: str, *args: int) -> str:
    """Empty where this process does not serve the staff face."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
