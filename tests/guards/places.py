"""Every URL pattern of the process as addresses that can be opened, filled from what stands in the demo city."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.apps import apps
from django.contrib import admin
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import get_resolver, resolve

from chiba_ward.access.actor import Actor
from chiba_ward.access.models import User
from chiba_ward.access.public import routes
from chiba_ward.api.models import ApiToken, WebhookDelivery, WebhookEndpoint
from chiba_ward.api.pages.endpoints import ACTS as ENDPOINT_ACTS
from chiba_ward.api.views import ApiView
from chiba_ward.casework import drafts
from chiba_ward.casework.models import Attachment, Draft
from chiba_ward.compartments import services as compartments
from chiba_ward.compartments.models import BreakGlass
from chiba_ward.correspondence.models import Delivery, NoticeTemplate
from chiba_ward.directory.models import Area
from chiba_ward.disclosure.models import DisclosureHold
from chiba_ward.documents import registry
from chiba_ward.documents.models import Document
from community.circulars.models import CircularRecipient
from community.open_data.enums import DataKind
from community.open_data.models import DataFile
from consultations import wizard
from consultations.enums import OPEN_STATES, ReferralState
from consultations.models import ConsentGrant, Consultation, PartnerLink, Party, Referral
from consultations.protection.models import AbuseNotification, Alarm
from consultations.protection.views.case import ACTS as NOTICE_ACTS
from consultations.services.referrals import links
from consultations.support.models import Meeting, RoleTask, SupportPlan
from consultations.support.views.acts import ACTS as MEETING_ACTS
from consultations.support.views.acts import PLAN_ACTS
from consultations.views.referrals.acts import ACTS as REFERRAL_ACTS
from consultations.views.staff.acts import ACTS
from tests.guards import in_states
from tests.guards.in_states import Arguments
from tests.guards.people import held_case

CONVERTER = re.compile(r"<(?:\w+:)?(\w+)>")
NOWHERE = "00000000-0000-4000-8000-000000000000"
# Routes written as regular expressions, all of libraries.
BY_HAND = {
    "api/v1/^": ["api/v1/no/such/address/"],
    r"account/^confirm-email/(?P<key>[-:\w]+)/$": ["account/confirm-email/nokey/"],
    r"account/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": [
        "account/password/reset/key/1-set-password/"
    ],
    r"account/oidc/^(?P<provider_id>[^/]+)/login/": ["account/oidc/city/login/"],
    r"account/oidc/^(?P<provider_id>[^/]+)/login/callback/": ["account/oidc/city/login/callback/"],
    r"admin/(?P<url>.*)$": ["admin/no/such/page/"],
}
ANSWERS = {
    "topic": {"topic": ["elder"]},
    "story": {"consultant_kind": ["self"], "chief_concern": ["見本の困りごと"], "body": ["見本の内容"]},
    "place": {"ward": ["wakaba"]},
    "contact": {"preferred": ["portal"]},
}
# Of the API nothing opens without a token, so any number will do here; tests/api asks it with tokens.
NUMBERS = {
    "receipt_no": "S-2222-2222",
    "referral_id": "1",
    "consent_id": "1",
    "file_id": "1",
    "endpoint_id": "1",
}


@dataclass(frozen=True)
class Place:
    """One address and the route it belongs to."""

    route: str
    path: str


def all_routes() -> list[str]:
    return list(dict.fromkeys(route for route, _ in routes(get_resolver())))


def is_for_systems(view: Any) -> bool:
    """Whether this is a view of the API that asks for a token."""
    return issubclass(getattr(view, "cls", object), ApiView)


def systems_routes() -> set[str]:
    return {route for route, view in routes(get_resolver()) if is_for_systems(view)}


def guessed_places() -> list[Place]:
    """One address for each route with arguments that lead nowhere: enough to reach the middleware."""
    stand_in = {
        "draft_id": NOWHERE,
        "pk": "1",
        "sequence": "1",
        "area": "1",
        "object_id": "1",
        "token": "no-token",
        "recipient": "1",
        **NUMBERS,
    }
    return list(
        _filled(lambda route: [{**dict.fromkeys(CONVERTER.findall(route), "x"), **_only(route, stand_in)}])
    )


def places_for(actor: Actor, client: Client) -> list[Place]:
    """For each route one or more addresses, with objects that this actor may see where there are any."""
    rows = _Rows(actor, client)
    return list(_filled(rows.arguments))


def _filled(arguments: Callable[[str], list[Arguments]]) -> Iterator[Place]:
    for route in all_routes():
        if "^(?P<app_label>" in route:
            paths = (f"/admin/{app.label}/" for app in apps.get_app_configs() if app.label in route)
            # Where a module has its pages at that address, they answer.
            yield from (Place(route, path) for path in paths if resolve(path).url_name == "app_list")
        elif route in BY_HAND:
            yield from (Place(route, f"/{path}") for path in BY_HAND[route])
        else:
            for values in arguments(route):
                yield Place(
                    route, "/" + CONVERTER.sub(lambda match, values=values: str(values[match[1]]), route)
                )


def _only(route: str, values: Arguments) -> Arguments:
    fixed = {name: value for name, value in values.items() if f"{name}>" in route}
    return {**fixed, "pk": NOWHERE} if "<uuid:pk>" in route else fixed


class _Rows:
    """Picks the objects that stand in for the arguments of a route."""

    def __init__(self, actor: Actor, client: Client) -> None:
        self.actor, self.client = actor, client

    def arguments(self, route: str) -> list[Arguments]:
        for start, pick in PICKS:
            if route.startswith(start) and CONVERTER.search(route):
                return pick(self, route)
        names = set(CONVERTER.findall(route))
        if names == {"number"}:
            return self.cases(route)
        return self.model_row(route) if names else [{}]

    # --- consultations

    def drafts(self, route: str) -> list[Arguments]:
        """A complete draft and an empty one; every step of the complete one."""
        made = [str(self._draft(is_complete).pk) for is_complete in (True, False)]
        if "<slug:name>" in route:
            return [{"draft_id": made[0], "name": name} for name in (*wizard.NAMES, "nowhere")]
        return [{"draft_id": pk} for pk in (*made, uuid4())]

    def _draft(self, is_complete: bool) -> Draft:
        user = self.actor.user if self.actor.is_citizen else None
        draft = drafts.start("consultation", user=user, posting=self.actor.posting)
        if is_complete:
            draft.data = {**ANSWERS, "entry": {"channel": ["counter"], "language": ["ja"]}}
            draft.save()
        self._remember(draft)
        return draft

    def _remember(self, draft: Draft) -> None:
        request = RequestFactory().get("/")
        request.COOKIES.update({name: morsel.value for name, morsel in self.client.cookies.items()})
        request.session = self.client.session
        request.actor = self.actor
        response = drafts.remember(request, HttpResponse(), draft)
        self.client.cookies.update(response.cookies)

    def cases(self, route: str) -> list[Arguments]:
        visible = Consultation.objects.visible_to(self.actor).select_related("matter")
        kinds = (
            visible.filter(pk=held_case().pk),
            visible.filter(assignee=None, state__in=OPEN_STATES),
            visible.exclude(state__in=OPEN_STATES),
            visible,
        )
        numbers = [found.receipt_no for found in (rows.order_by("pk").first() for rows in kinds) if found]
        numbers = list(dict.fromkeys(numbers)) or [Consultation.objects.order_by("pk")[0].receipt_no]
        if "<slug:name>" in route:
            return [{"number": number, "name": name} for number in numbers for name in (*ACTS, "nowhere")]
        return [{"number": number} for number in (numbers if "/referrals/" not in route else numbers[:1])]

    def referrals(self, route: str) -> list[Arguments]:
        """One of each state that this actor sees; for the acts, a draft and one that waits for its answer."""
        found = self._referrals()
        if not route.endswith(("<int:sequence>/", "<int:pk>/")):
            found = [one for one in found if one.state in (ReferralState.DRAFT, ReferralState.SENT)] or found[
                :1
            ]
        chosen = [
            {"number": one.consultation.receipt_no, "sequence": one.sequence, "pk": one.pk} for one in found
        ]
        if "<slug:name>" in route:
            return [{**row, "name": name} for row in chosen for name in (*REFERRAL_ACTS, "nowhere")]
        return chosen

    def _referrals(self) -> list[Referral]:
        rows = Referral.objects.visible_to(self.actor).select_related("consultation__matter").order_by("id")
        if not rows.exists():
            rows = Referral.objects.select_related("consultation__matter").order_by("id")
            return list(rows.filter(state=ReferralState.SENT)[:1])
        return [one for state in ReferralState.values if (one := rows.filter(state=state).first())]

    def consents(self, route: str) -> list[Arguments]:
        consent = ConsentGrant.objects.filter(
            consultation__in=Consultation.objects.visible_to(self.actor).values("pk")
        )
        one = consent.order_by("id").first() or ConsentGrant.objects.order_by("id")[0]
        return [{"number": one.consultation.receipt_no, "pk": one.pk}]

    def partner_links(self, route: str) -> list[Arguments]:
        live = PartnerLink.objects.filter(revoked_at=None).order_by("id")[0]
        return [{"token": links._token(live.seed)}, {"token": "nowhere"}]

    def protected(self, route: str) -> list[Arguments]:
        """A notice that this actor sees, else a number that leads nowhere for them; of the alarms the oldest."""
        if "late/" in route:
            alarm = Alarm.objects.order_by("pk").first()
            return [{"pk": alarm.pk if alarm else 1}]
        if "confirm/" in route:
            return self.cases(route)
        with compartments.opened(self.actor):
            seen = AbuseNotification.objects.visible_to(self.actor).select_related("consultation__matter")
            numbers = [one.consultation.receipt_no for one in seen.order_by("pk")[:2]]
        numbers = numbers or [NUMBERS["receipt_no"]]
        if "<slug:name>" in route:
            return [
                {"number": number, "name": name} for number in numbers for name in (*NOTICE_ACTS, "nowhere")
            ]
        return [{"number": number} for number in numbers]

    # --- the ground

    def documents(self, route: str) -> list[Arguments]:
        rows = [one for one in Document.objects.order_by("created_at") if registry.may_see(one, self.actor)]
        found = {one.state: one.pk for one in (rows or list(Document.objects.order_by("created_at")))}
        return [{"pk": pk} for pk in found.values()]

    def attachments(self, route: str) -> list[Arguments]:
        return [{"pk": one.pk} for one in Attachment.objects.order_by("id")]

    def deliveries(self, route: str) -> list[Arguments]:
        if "texts/" in route:
            return [{"pk": NoticeTemplate.objects.order_by("id")[0].pk}]
        rows = Delivery.objects.order_by("medium", "id")
        mine = rows.visible_to(self.actor)
        return [{"pk": one.pk} for one in (mine if mine.exists() else rows)[:3]]

    def systems(self, route: str) -> list[Arguments]:
        return [_only(route, NUMBERS)]

    def integrations(self, route: str) -> list[Arguments]:
        """What this actor may see of tokens and notifications, else any."""
        if "deliveries/" in route:
            model: Any = WebhookDelivery
        else:
            model = WebhookEndpoint if "webhooks/" in route else ApiToken
        rows = model.objects.order_by("pk")
        mine = rows.visible_to(self.actor)
        found = [{"pk": row.pk} for row in (mine if mine.exists() else rows)[:3]]
        if "<slug:name>" in route:
            return [{**row, "name": name} for row in found for name in (*ENDPOINT_ACTS, "nowhere")]
        return found

    def holds(self, route: str) -> list[Arguments]:
        rows = DisclosureHold.objects.order_by("pk")
        mine = rows.visible_to(self.actor)
        return [{"pk": one.pk} for one in (mine if mine.exists() else rows)[:3]] or [{"pk": 1}]

    def emergencies(self, route: str) -> list[Arguments]:
        return [{"pk": one.pk} for one in BreakGlass.objects.order_by("pk")[:3]] or [{"pk": 1}]

    def people(self, route: str) -> list[Arguments]:
        """The newest account that has a post: the register shows no others."""
        return [{"object_id": User.objects.filter(postings__isnull=False).order_by("-pk")[0].pk}]

    # --- meetings, plans, tasks

    def support(self, route: str) -> list[Arguments]:
        """What this actor sees of them, else any; every act of one. The tables beside them are the stock admin's."""
        if "<path:object_id>" in route:
            return self.model_row(route)
        if "case/" in route:
            return self.cases(route)
        model: Any = SupportPlan if "plans/" in route else RoleTask if "tasks/" in route else Meeting
        mine = model.objects.visible_to(self.actor).order_by("pk")
        rows = mine if mine.exists() else model.objects.order_by("pk")
        found = [{"pk": row.pk} for row in rows[:3]] or [{"pk": 1}]
        if "<slug:name>" in route:
            acts = PLAN_ACTS if "plans/" in route else MEETING_ACTS
            return [{**row, "name": name} for row in found[:1] for name in (*acts, "nowhere")]
        return found

    def in_states(self, route: str) -> list[Arguments]:
        """The tables beside them are the stock admin's."""
        if "<path:object_id>" in route:
            return self.model_row(route)
        return self.cases(route) if "case/" in route else in_states.arguments(route, self.actor)

    def circulars(self, route: str) -> list[Arguments]:
        """What a key of paper opens is nobody's here; a 班 of a circular stands in the address of its tick."""
        if "<str:code>" in route:
            return [{"code": "7K4M-925W-D3P8-2XQA"}]
        if "<int:recipient>" not in route:
            return self.in_states(route)
        found = in_states.arguments(route, self.actor)[0] if "<int:pk>" in route else {}
        of_it = {"circular": found["pk"]} if found else {}
        there = CircularRecipient.objects.filter(**of_it).order_by("pk").first()
        row = {key: value for key, value in found.items() if key == "pk"} | {
            "recipient": there.pk if there else 1
        }
        return [{**row, "name": name} for name in ("close", "reopen", "nowhere")]

    def open_data(self, route: str) -> list[Arguments]:
        return [{"pk": pk} for pk in DataFile.objects.order_by("-pk").values_list("pk", flat=True)[:3]]

    def districts(self, route: str) -> list[Arguments]:
        """A ward with its first district, and one that there is not; every table that is published."""
        if "<slug:kind>" in route:
            return [{"kind": kind} for kind in (*DataKind.values, "nowhere")]
        area = Area.objects.filter(kind="district", ward__slug="wakaba").order_by("pk").first()
        real = {"ward": "wakaba", "area": area.pk if area else 1}
        return [_only(route, real), _only(route, {"ward": "nowhere", "area": 0})]

    def persons(self, route: str) -> list[Arguments]:
        visible = Consultation.objects.visible_to(self.actor).values("pk")
        people = Party.objects.filter(kind="subject").select_related("consultation__matter").order_by("pk")
        one = people.filter(consultation__in=visible).first() or people.first()
        if one is None or "<int:pk>" not in route:
            return [{**row, "pk": 1} for row in self.cases("")] if one is None else self.cases("")
        return [{"number": one.consultation.receipt_no, "pk": one.pk}]

    def model_row(self, route: str) -> list[Arguments]:
        """The newest row of the model that the admin page is about."""
        model = next((model for model in admin.site._registry if _folder(model) in route), None)
        newest = model._default_manager.order_by("-pk").first() if model else None
        values = {"object_id": newest.pk if newest else 1, "pk": 1}
        return [{name: values[name] for name in CONVERTER.findall(route)}]


def _folder(model: Any) -> str:
    return f"admin/{model._meta.app_label}/{model._meta.model_name}/"


PICKS: list[tuple[str, Callable[[_Rows, str], list[Arguments]]]] = [
    ("consult/<uuid", _Rows.drafts),
    ("admin/consultations/entry/<uuid", _Rows.drafts),
    ("admin/consultations/case/<str:number>/consents/", _Rows.consents),
    ("admin/consultations/case/<str:number>/referrals/<int", _Rows.referrals),
    ("admin/consultations/case/<str:number>/persons/", _Rows.persons),
    ("admin/consultations/case/", _Rows.cases),
    ("admin/protection/", _Rows.protected),
    ("admin/support/", _Rows.support),
    ("admin/centre/", _Rows.in_states),
    ("admin/community/", _Rows.in_states),
    ("partner/community/", _Rows.in_states),
    ("admin/matching/", _Rows.in_states),
    ("partner/matching/", _Rows.in_states),
    ("admin/issues/", _Rows.in_states),
    ("dialogues/", _Rows.in_states),
    ("admin/circulars/", _Rows.circulars),
    ("partner/circulars/", _Rows.circulars),
    ("circulars/", _Rows.circulars),
    ("admin/open-data/", _Rows.open_data),
    ("admin/area-officers/", _Rows.in_states),
    ("districts/", _Rows.districts),
    ("partner/support/", _Rows.support),
    ("my/<str:number>", _Rows.cases),
    ("status/case/consent/", _Rows.consents),
    ("partner/referrals/", _Rows.referrals),
    ("partner/link/", _Rows.partner_links),
    ("documents/", _Rows.documents),
    ("files/", _Rows.attachments),
    ("admin/correspondence/calls/", _Rows.deliveries),
    ("admin/correspondence/failures/", _Rows.deliveries),
    ("admin/correspondence/texts/", _Rows.deliveries),
    ("admin/disclosure/", _Rows.holds),
    ("admin/emergency/", _Rows.emergencies),
    ("admin/integrations/", _Rows.integrations),
    ("account/api-tokens/", _Rows.integrations),
    ("admin/access/user/", _Rows.people),
    ("api/v1/", _Rows.systems),
]
