"""つなぎ: what came in, what was placed with others, the steps up to sending, and the answers."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from chiba_ward.access import readlog
from chiba_ward.access.readlog import Verb
from chiba_ward.access.views_support import get_visible
from chiba_ward.api.enums import Scope
from chiba_ward.api.idempotency import Done, Outcome, once
from chiba_ward.api.paging import page_of, paged
from chiba_ward.api.problems import Problem, not_possible
from chiba_ward.api.views import ApiView
from consultations import held, selectors_referral
from consultations.api import referral_acts
from consultations.api import referral_answers as answers
from consultations.api import referral_bodies as bodies
from consultations.api import referral_shapes as shapes
from consultations.api.act_bodies import body_for
from consultations.api.cases import NUMBER, CaseView
from consultations.api.shapes import moment, office_ref
from consultations.excerpt import lines_of
from consultations.models import ConsentGrant, Referral
from consultations.policy_referral import may_edit, may_refer, may_send
from consultations.selectors_referral import address_book
from consultations.services import referrals
from consultations.services.referrals.preparing import covered
from consultations.services.referrals.sending import release_time
from consultations.views.partner.pages import ORDERS
from consultations.views.referrals.pages import NEWEST_FIRST, OLDEST_FIRST, RULES
from consultations.words_referral import look_twice, reach

FULL = Referral.objects.select_related(
    "consultation__matter", "from_office", "to_office", "created_by", "consent", "ground", "better_office"
)
ID = OpenApiParameter("referral_id", int, OpenApiParameter.PATH, description="つなぎの番号")
LATEST = ("ended", "all")


class ReferralsView(ApiView):
    scopes: ClassVar[Mapping[str, Scope | None]] = {"GET": Scope.READ}
    about = "referral"

    @extend_schema(
        operation_id="referrals_list",
        tags=["つなぎ"],
        summary="つなぎの一覧",
        description="received は届いたもの、placed はこちらから送ったもの（下書きを含む）です。見出しは画面と同じです。",
        parameters=[bodies.ReferralQuery],
        responses=page_of("ReferralPage", answers.ReferralRow),
    )
    def get(self, request: Request) -> Response:
        query = self.query(bodies.ReferralQuery)
        box, tab = query["box"], query.get("tab", "waiting")
        if tab not in bodies.TABS[box]:
            raise not_possible(f"{box} の見出しは {'、'.join(bodies.TABS[box])} です。", "?tab")
        rows, order = self._received(tab) if box == "received" else self._placed(tab)
        return Response(paged(request, rows, order, self._shown))

    def _shown(self, found: list[Referral]) -> list[Any]:
        readlog.saw(
            "referral",
            [one.pk for one in found],
            verb=Verb.LIST,
            matters=[one.consultation_id for one in found],
        )
        return shapes.rows(self.actor, found)

    def _received(self, tab: str) -> tuple[Any, tuple[str, ...]]:
        rows = selectors_referral.received(self.actor).filter(selectors_referral.RECEIVED[tab])
        return rows.prefetch_related(None), ORDERS[tab]

    def _placed(self, tab: str) -> tuple[Any, tuple[str, ...]]:
        rows = selectors_referral.placed(self.actor).filter(RULES[tab])
        return rows.prefetch_related(None), NEWEST_FIRST if tab in LATEST else OLDEST_FIRST


class ReferralView(ApiView):
    """Everything about one つなぎ begins by finding it for this actor."""

    scopes: ClassVar[Mapping[str, Scope | None]] = {"GET": Scope.READ}

    def referral(self, pk: int) -> Referral:
        found: Referral = get_visible(FULL, self.actor, pk=pk)
        readlog.saw("referral", [found.pk], matters=[found.consultation_id])
        return found

    def draft(self, pk: int) -> Referral:
        found = self.referral(pk)
        if not may_edit(self.actor, found):
            raise Http404
        return found


class ReferralDetailView(ReferralView):
    @extend_schema(
        operation_id="referral_read",
        tags=["つなぎ"],
        summary="つなぎを読む",
        description="受ける側は、open のあとで内容が入ります。終わったつなぎは、受けた側からは見えません。",
        parameters=[ID],
        responses=answers.ReferralAnswer,
    )
    def get(self, request: Request, referral_id: int) -> Response:
        found = self.referral(referral_id)
        return Response(shapes.answer(self.actor, found, referral_acts.offered(self.actor, found)))


class ReferralTransitionsView(ReferralView):
    scopes: ClassVar[Mapping[str, Scope | None]] = {"POST": Scope.REFER}
    keyed = frozenset({"POST"})

    @extend_schema(
        operation_id="referral_act",
        tags=["つなぎ"],
        summary="つなぎを進める・答える",
        description="act は GET …/referrals/{id}/ の acts にあるものだけです。",
        parameters=[ID],
        request=bodies.TRANSITION,
        responses=answers.ReferralActed,
    )
    def post(self, request: Request, referral_id: int) -> Response:
        data = self.read(body_for(request.data, bodies.BODIES))
        return self.acted(once(request, lambda seed: self._act(referral_id, data)))

    def _act(self, pk: int, data: dict[str, Any]) -> Outcome:
        found, act = self.referral(pk), data["act"]
        if act not in referral_acts.open_to(self.actor, found):
            raise Problem(
                409, "いまの状態か、この発令では、できない操作です。GET で、できることを確かめてください。"
            )
        referral_acts.perform(act, found, self.actor, data)
        return Outcome(200, {"referral": pk, "act": act})

    def acted(self, done: Done) -> Response:
        ids = done.outcome.ids
        found = Referral.objects.visible_to(self.actor).filter(pk=ids["referral"]).first()
        readlog.saw("referral", [int(str(ids["referral"]))])
        content = {
            "act": ids["act"],
            "done": referral_acts.DONE[str(ids["act"])],
            "id": ids["referral"],
            "is_visible": found is not None,
            "state": found.state if found else None,
        }
        return self.answer(done, content)


class LinesView(ReferralView):
    @extend_schema(
        operation_id="referral_lines",
        tags=["つなぎ"],
        summary="渡せる項目（下書きのあいだ）",
        parameters=[ID],
        responses=answers.OfferedLines,
    )
    def get(self, request: Request, referral_id: int) -> Response:
        found = self.draft(referral_id)
        offered = [
            {
                "key": line.key,
                "item": line.item.value,
                "label": line.label,
                "text": line.text,
                "may_take": not line.withheld and covered(found, line.item),
                "withheld": line.withheld,
            }
            for line in lines_of(found.consultation)
        ]
        return Response({"results": offered})


class PreviewView(ReferralView):
    @extend_schema(
        operation_id="referral_preview",
        tags=["つなぎ"],
        summary="送る前に確かめる（下書きのあいだ）",
        description="相手が読むとおりの内容と、確かめた印（digest）です。",
        parameters=[ID],
        responses=answers.Preview,
    )
    def get(self, request: Request, referral_id: int) -> Response:
        found = self.draft(referral_id)
        return Response(
            {
                "to_office": office_ref(found.to_office_id),
                "telephone": reach(found.to_office)[0],
                "purpose": found.purpose,
                **shapes.ground(found),
                "basis_note": found.basis_note,
                "items": [
                    shapes.item(one) for one in held.handed_over(found.consultation, found.items.all())
                ],
                "doubts": [str(doubt) for doubt in look_twice(found)],
                "may_send": may_send(self.actor, found) and found.items.exists(),
                "digest": referrals.preview_digest(found),
                "release_at": moment(release_time(found, timezone.now())),
            }
        )


class CaseReferralsView(CaseView):
    scopes: ClassVar[Mapping[str, Scope | None]] = {"POST": Scope.REFER}
    keyed = frozenset({"POST"})

    @extend_schema(
        operation_id="referral_create",
        tags=["つなぎ"],
        summary="つなぎの下書きを作る",
        description="つづけて ground か consent、items、preview、send の順に進めます。",
        parameters=[NUMBER],
        request=bodies.NewReferral,
        responses={201: answers.Created},
    )
    def post(self, request: Request, receipt_no: str) -> Response:
        data = self.read(bodies.NewReferral)
        done = once(request, lambda seed: self._create(receipt_no, data))
        made = Referral.objects.select_related("consultation__matter").get(pk=done.outcome.id("referral"))
        content = {"id": made.pk, "receipt_no": made.consultation.receipt_no, "sequence": made.sequence}
        return self.answer(done, content, Location=f"/api/v1/referrals/{made.pk}/")

    def _create(self, receipt_no: str, data: dict[str, Any]) -> Outcome:
        case = self.case(receipt_no)
        if not may_refer(self.actor, case):
            raise Problem(409, "つなぐのは、この相談を預かっている課です。先に担当の課を決めてください。")
        given = bodies.NewReferral.rules(data, offices=address_book(self.actor))
        made = referrals.draft(
            case.pk,
            by=self.actor,
            to_office=given["to_office"],
            purpose=given["purpose"],
            urgent=given["is_urgent"],
            route=given["route"],
        )
        return Outcome(201, {"referral": made.pk})


class ConsentsView(CaseView):
    @extend_schema(
        operation_id="consultation_consents",
        tags=["つなぎ"],
        summary="つなぎの同意",
        parameters=[NUMBER],
        responses=answers.Consents,
    )
    def get(self, request: Request, receipt_no: str) -> Response:
        case = self.case(receipt_no)
        rows = ConsentGrant.objects.filter(consultation=case.pk).order_by("id")
        found = list(rows)
        for row in found:
            row.consultation = case
        return Response({"results": [shapes.consent(self.actor, row) for row in found]})


class ConsentWithdrawView(CaseView):
    scopes: ClassVar[Mapping[str, Scope | None]] = {"POST": Scope.REFER}
    keyed = frozenset({"POST"})

    @extend_schema(
        operation_id="consent_withdraw",
        tags=["つなぎ"],
        summary="同意の撤回を記録する",
        description="この同意によるつなぎは、すべてその場で終わり、つなぎ先は内容を見られなくなります。",
        parameters=[NUMBER, OpenApiParameter("consent_id", int, OpenApiParameter.PATH)],
        request=None,
        responses=answers.ConsentAnswer,
    )
    def post(self, request: Request, receipt_no: str, consent_id: int) -> Response:
        done = once(request, lambda seed: self._withdraw(receipt_no, consent_id))
        row = ConsentGrant.objects.select_related("consultation").get(pk=done.outcome.id("consent"))
        readlog.saw("consultation", [row.consultation_id])
        return self.answer(done, shapes.consent(self.actor, row))

    def _withdraw(self, receipt_no: str, pk: int) -> Outcome:
        case = self.case(receipt_no)
        if not ConsentGrant.objects.filter(consultation=case.pk, pk=pk).exists():
            raise Http404
        referrals.withdraw_consent(pk, by=self.actor)
        return Outcome(200, {"consent": pk})
