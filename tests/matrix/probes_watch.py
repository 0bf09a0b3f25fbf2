"""Every door of the read log, 担当外の閲覧, sessions of others, tokens and notifications of systems."""

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils import timezone

from chiba_ward.access.models import ReadLogVerification
from chiba_ward.access.readlog import verification
from tests.matrix.probes import NUMBER, Asked, Path, Probe, collection, nothing
from tests.matrix.probes_consultation import CASE, number
from tests.matrix.stages_watch import TOLD, endpoint_of, hook

# --- who has looked


def check(name: str) -> Path:
    """A check of the chain; all of them are the auditor's."""

    def path(asked: Asked) -> str:
        newest = ReadLogVerification.objects.order_by("-pk").first() or verification.begin()
        return reverse(f"read_log:{name}", args=[newest.pk])

    path.is_collection = True  # type: ignore[attr-defined]  # a mark on the function, see `collection`
    return path


READ_LOG: dict[str, Probe] = {
    "read_log:index": Probe(collection("/admin/read-log/")),
    "read_log:csv": Probe(collection("/admin/read-log/list.csv")),
    "read_log:readers": Probe(collection("/admin/read-log/readers/")),
    "read_log:chain": Probe(collection("/admin/read-log/chain/")),
    "read_log:start": Probe(
        collection("/admin/read-log/chain/start/"), nothing, leads_to=frozenset({"read_log:check"})
    ),
    "read_log:check": Probe(check("check")),
    "read_log:check_state": Probe(check("check_state"), answers=frozenset({200, 302})),
    "my_case_readers": Probe(number("my_case_readers"), says=NUMBER),
    "status:readers": Probe(
        lambda asked: reverse("status:readers"), refused=CASE, own_row_only=True, says=NUMBER
    ),
}


def of_matter(asked: Asked) -> str:
    return reverse("outside_duty:reason", args=[asked.row.matter.receipt_no])


def sessions_of_somebody(asked: Asked) -> str:
    person = asked.world.by("section").user
    return reverse("admin:access_user_sessions", args=[person.pk if person else 0])


sessions_of_somebody.is_collection = True  # type: ignore[attr-defined]  # people are one table: all of them or none
# A reason that is not needed, and sessions that nobody has, are not written: success is where one is led.
REASONS: dict[str, Probe] = {
    "outside_duty:reason": Probe(
        of_matter,
        lambda asked: {"choice": "asked", "text": "担当が休みの日の問い合わせ"},
        leads_to=frozenset({"staff:case"}),
    ),
    "outside_duty:index": Probe(collection("/admin/outside-duty/")),
    "outside_duty:looked": Probe(
        lambda asked: reverse("outside_duty:looked", args=[asked.row.pk]),
        lambda asked: {f"r{asked.row.pk}-note": "確かめました"},
    ),
}
EMERGENCIES: dict[str, Probe] = {
    "break_glass:ask": Probe(collection("/admin/emergency/")),
    "break_glass:index": Probe(collection("/admin/emergency/reviews/")),
    "break_glass:reviewed": Probe(
        lambda asked: reverse("break_glass:reviewed", args=[asked.row.pk]),
        lambda asked: {f"r{asked.row.pk}-verdict": "justified", f"r{asked.row.pk}-note": "確かめました"},
    ),
}
PEOPLE: dict[str, Probe] = {
    "admin:access_user_sessions": Probe(
        sessions_of_somebody, nothing, leads_to=frozenset({"admin:access_user_sessions"})
    )
}


# --- systems


def token(name: str) -> Path:
    return lambda asked: reverse(name, args=[asked.row.pk])


def endpoint(name: str, *more: str) -> Path:
    return lambda asked: reverse(f"integrations:{name}", args=[endpoint_of(asked.row).pk, *more])


def delivery(asked: Asked) -> str:
    newest = endpoint_of(asked.row).deliveries.order_by("-pk")[0]
    return reverse("integrations:send_again", args=[newest.pk])


def permission(asked: Asked) -> dict[str, Any]:
    until = timezone.localdate() + dt.timedelta(days=30)
    return {
        "posting": asked.world.by("section").seat.pk,
        "name": "見本のシステム",
        "scopes": ["read"],
        "expires_on_era": "",
        "expires_on_year": until.year,
        "expires_on_month": until.month,
        "expires_on_day": until.day,
        "per_minute": 60,
    }


def registration(asked: Asked) -> dict[str, Any]:
    posting = asked.world.by("section").seat
    return {"posting": posting.pk, "name": "見本", "url": hook("new"), "kinds": [TOLD]}


SYSTEMS: dict[str, Probe] = {
    "integrations:tokens": Probe(collection("/admin/integrations/")),
    "integrations:token": Probe(token("integrations:token")),
    "integrations:endpoints": Probe(collection("/admin/integrations/webhooks/")),
    "integrations:endpoint": Probe(endpoint("endpoint")),
    "integrations:token_permit": Probe(collection("/admin/integrations/tokens/new/"), permission),
    "integrations:token_revoke": Probe(token("integrations:token_revoke"), nothing),
    "integrations:endpoint_new": Probe(collection("/admin/integrations/webhooks/new/"), registration),
    "integrations:endpoint_secret": Probe(endpoint("endpoint_secret"), nothing, tells=True),
    "integrations:endpoint_act": Probe(endpoint("endpoint_act", "stop"), nothing),
    "integrations:send_again": Probe(delivery, nothing),
    "api_tokens": Probe(collection("/account/api-tokens/")),
    "api_token_collect": Probe(token("api_token_collect"), nothing),
    "api_token_revoke": Probe(token("api_token_revoke"), lambda asked: {"sure": "1"}),
}
