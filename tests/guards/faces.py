"""Which face is whose: who may ever see a page of it."""

from tests.guards.people import ACCOUNTS, EVERYBODY, LINK_HOLDER, PARTNERS, RESIDENT, STAFF

POSTED = {*STAFF, *PARTNERS}
# The first line that fits decides who may ever see a page of this face.
FACES: list[tuple[str, set[str]]] = [
    ("admin/login/", set()),
    ("admin/progress", POSTED),
    ("admin/", set(STAFF)),
    ("partner/referrals/", {*PARTNERS, LINK_HOLDER, *STAFF}),
    ("partner/link/", set(EVERYBODY)),
    ("partner/finished/", set(EVERYBODY)),
    ("partner/", set(PARTNERS)),
    ("progress/", POSTED),
    ("my/", {RESIDENT}),
    ("account/2fa/", set(ACCOUNTS)),
    ("account/email/", set(ACCOUNTS)),
    ("account/password/change/", set(ACCOUNTS)),
    ("account/sessions/", set(ACCOUNTS)),
    ("account/api-tokens/", POSTED),
]


def visitors(route: str) -> set[str]:
    """Who may ever see a page of this route; test_walk proves that nobody else does."""
    return next((people for start, people in FACES if route.startswith(start)), set(EVERYBODY))
