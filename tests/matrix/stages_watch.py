"""What watches over the portal itself: reasons of 担当外の閲覧 before their heads, tokens of systems before their postings."""

import datetime as dt
from typing import Any

from django.utils import timezone

from chiba_ward.api.enums import DeliveryState
from chiba_ward.api.models import ApiToken, WebhookEndpoint, WebhookHost
from chiba_ward.api.services import tokens, webhooks
from chiba_ward.casework import outside_duty
from chiba_ward.casework.enums import OutsideDuty
from chiba_ward.casework.models import OutsideDutyReason
from chiba_ward.compartments.models import GLASS_LASTS, BreakGlass
from chiba_ward.directory.models import Office
from consultations.models import Consultation
from tests.matrix.actors import HEADS, PEOPLE, in_office
from tests.matrix.stages import Names, Stage, World, setting
from tests.matrix.stages_consultation import CHIIKI, KOREI, MIDORI_KOREI, MIDORI_SOMU, SOMU

KENKO, KODOMO = in_office("wakaba-kenko"), in_office("wakaba-kodomo")


# --- 担当外の閲覧


def _given(case: str, by: str) -> Any:
    """Kept for the head whom the portal finds."""

    def make(world: World, stage: Stage) -> OutsideDutyReason:
        return outside_duty.give_reason(
            world.by(by), _matter(world, case), choice=OutsideDuty.ASKED, text=f"見本の理由 {stage.canary}"
        )

    return make


def _kept_for(code: str, case: str, by: str) -> Any:
    """By somebody who acted in that office then, and has gone elsewhere since."""

    def make(world: World, stage: Stage) -> OutsideDutyReason:
        return OutsideDutyReason.objects.create(
            matter=_matter(world, case),
            posting=world.by(by).seat,
            choice=OutsideDuty.ASKED,
            text=f"見本の理由 {stage.canary}",
            supervising_office=Office.objects.get(code=code),
        )

    return make


def _matter(world: World, case: str) -> Any:
    return Consultation.objects.get(pk=world.keys[case]).matter


def _reason(by: str, make: Any, code: str, sight: Names) -> Stage:
    heads = (HEADS & in_office(code)) - {by}
    return Stage(
        "outside_duty", f"by {by}", make, {"of_matter_in_sight": sight, "opened_by_my_people": heads}
    )


REASONS = setting(
    _reason("triage desk", _given("filed by key", "triage desk"), "wakaba-somu", SOMU),
    _reason("head", _given("filed by key", "head"), "wakaba-somu", SOMU),
    _reason("section", _given("closed at the section", "section"), "wakaba-korei", KOREI),
    _reason(
        "triage desk elsewhere",
        _given("filed by account", "triage desk elsewhere"),
        "midori-somu",
        MIDORI_SOMU,
    ),
    _reason(
        "specialist",
        _kept_for("midori-kenko", "at the health section", "specialist"),
        "midori-kenko",
        KENKO,
    ),
    _reason(
        "abuse team",
        _kept_for("midori-kodomo", "at the family section", "abuse team"),
        "midori-kodomo",
        KODOMO,
    ),
    _reason(
        "area officer",
        _kept_for("midori-chiiki", "at the community section", "area officer"),
        "midori-chiiki",
        CHIIKI,
    ),
    _reason(
        "section elsewhere",
        _kept_for("joho-system", "at a section elsewhere", "section elsewhere"),
        "joho-system",
        MIDORI_KOREI,
    ),
)


# --- 緊急の開示


def _asked_for(code: str, by: str, number: str) -> Any:
    """A request whose number led nowhere; kept for the head of that office."""

    def make(world: World, stage: Stage) -> BreakGlass:
        now = timezone.now()
        return BreakGlass.objects.create(
            posting=world.by(by).seat,
            number=number,
            reason=f"見本の理由 {stage.canary}",
            asked_at=now,
            ends_at=now + GLASS_LASTS,
            supervising_office=Office.objects.get(code=code),
        )

    return make


def _request(by: str, code: str, number: str) -> Stage:
    heads = (HEADS & in_office(code)) - {by}
    return Stage("break_glass", f"asked by {by}", _asked_for(code, by, number), {"asked_by_my_people": heads})


REQUESTS = setting(
    _request("triage desk", "wakaba-somu", "S-2222-2222"),
    _request("head", "wakaba-somu", "S-3333-3333"),
    _request("section", "wakaba-korei", "S-4444-4444"),
    _request("triage desk elsewhere", "midori-somu", "S-5555-5555"),
    _request("specialist", "midori-kenko", "S-6666-6666"),
    _request("abuse team", "midori-kodomo", "S-7777-7777"),
    _request("another section", "midori-chiiki", "S-8888-8888"),
    _request("section elsewhere", "joho-system", "S-9999-9999"),
)


# --- tokens, and where systems are told

HOST = "rpa.example.test"
TOLD = "referral.recalled"


def hook(stage: str) -> str:
    return f"https://{HOST}/{stage.replace(' ', '-')}"


def _permitted(world: World, stage: Stage) -> ApiToken:
    """A token that waits to be drawn; and a system that is told, once without success."""
    keeper, posting = world.by("system administrator"), world.by(stage.name.removeprefix("of ")).seat
    month = timezone.localdate() + dt.timedelta(days=30)
    WebhookHost.objects.get_or_create(host=HOST)
    endpoint = webhooks.register(
        by=keeper, posting=posting, name=stage.canary, url=hook(stage.name), wanted=[TOLD]
    )
    endpoint.deliveries.create(event="ping", state=DeliveryState.DEAD, reason="見本", answered=500)
    return tokens.permit(by=keeper, posting=posting, name=stage.canary, scopes=["read"], expires_on=month)


def endpoint_of(token: ApiToken) -> WebhookEndpoint:
    """The one that was registered for the same posting."""
    return WebhookEndpoint.objects.get(posting=token.posting, name=token.name)


def _token(of: str) -> Stage:
    heads = HEADS & in_office(PEOPLE[of].office)
    return Stage(
        "api_token", f"of {of}", _permitted, {"of_my_posting": frozenset({of}), "of_my_office": heads}
    )


TOKENS = setting(
    *map(
        _token,
        (
            "triage desk",
            "section",
            "triage desk elsewhere",
            "reception",
            "specialist",
            "specialist elsewhere",
            "abuse team",
            "abuse team elsewhere",
            "area officer",
            "area officer elsewhere",
            "coordinator",
            "auditor",
            "system administrator",
            "disaster HQ at the desk",
            "association",
            "partner",
            "another partner",
            "bureau",
        ),
    )
)
