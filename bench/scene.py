"""What stands in a city that the acts ask for: numbers, keys of pages in the middle, words that are found."""

import datetime as dt
from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from typing import Any

from django.conf import settings
from django.core import signing
from django.db.models import Count
from django.http import QueryDict
from django.utils import timezone

from bench import people
from bench.city import words
from bench.city.specials import LONG_LINES
from chiba_ward.access.policy import rows as rows_of
from chiba_ward.casework import drafts
from chiba_ward.casework.models import Draft, TimelineEntry
from chiba_ward.casework.passphrase import PassphraseHasher
from chiba_ward.directory.enums import AreaKind
from chiba_ward.directory.models import Area
from chiba_ward.ui.pagination import KeysetPaginator
from community.circulars.models import ECircular
from community.matching.models import Need
from community.models import OrgPlace
from consultations.enums import WAITING_FOR_PARTNER, State
from consultations.models import Consultation, Party, Referral
from consultations.policy_duty import is_own_duty
from consultations.views.staff.queue import BY_RISK, LATEST_FIRST

PHRASE = "0000 1111 2222 3333"
SEVERAL = 5  # different objects behind one act, so that not one row alone is warm
ANSWERS = {
    "topic": {"topic": ["elder"]},
    "story": {
        "consultant_kind": ["self"],
        "chief_concern": ["父の介護と通院のこと"],
        "body": ["先月から父の様子が変わり、通院に付きそうことが増えました。使える制度があれば教えてください。"],
    },
    "place": {"ward": ["wakaba"], "town_name": [""], "address": ["見本町1-2"]},
    "contact": {"preferred": ["email"], "name": ["見本 はじめ"], "kana": ["みほん はじめ"],
                "email": ["hajime@demo.example.jp"], "phone": ["043-000-0000"]},
}  # fmt: skip


class Scene:
    """Asked once, before anything is measured. Attributes are empty where the city has no such thing."""

    def visible(self, name: str) -> Any:
        return Consultation.objects.visible_to(people.actor(name))

    # --- cases

    @cached_property
    def held_case(self) -> Consultation:
        """The case whose number and passphrase the key holder has."""
        rows = Consultation.objects.filter(ward__slug="wakaba", state=State.IN_PROGRESS)
        rows = rows.exclude(matter__receipt_no__in=self.long)
        found = rows.select_related("matter").order_by("-pk")[0]
        found.matter.credential.phrase_hash = PassphraseHasher.from_settings().hash(PHRASE)
        found.matter.credential.save()
        return found

    def numbers(self, rows: Any) -> list[str]:
        return list(rows.order_by("-pk").values_list("matter__receipt_no", flat=True)[:SEVERAL])

    @cached_property
    def ordinary(self) -> list[str]:
        """Under way at the section's desk, and not one of the long ones."""
        rows = self.visible("section").open().filter(state=State.IN_PROGRESS, assignee__isnull=False)
        return self.numbers(
            rows.exclude(matter__receipt_no__in=self.long).filter(messages__isnull=False).distinct()
        )

    @cached_property
    def ended(self) -> list[str]:
        """Ended, and still the reader's own duty: nobody asks why they open it."""
        actor = people.actor("section")
        rows = self.visible("section").filter(closed_at__isnull=False).order_by("-closed_at", "-pk")
        own = (case for case in rows.select_related("matter", "assignee")[:200] if is_own_duty(actor, case))
        return [case.matter.receipt_no for case in islice(own, SEVERAL)]

    @cached_property
    def untouched(self) -> list[str]:
        return self.numbers(self.visible("triage desk").filter(state=State.RECEIVED, ward__isnull=False))

    @cached_property
    def long(self) -> list[str]:
        """Cases with at least 200 lines."""
        lines = TimelineEntry.objects.filter(matter__in=self._newest()).order_by().values("matter")
        crowded = lines.annotate(n=Count("pk")).filter(n__gte=LONG_LINES).values_list("matter", flat=True)
        return self.numbers(Consultation.objects.filter(pk__in=list(crowded)))

    def _newest(self) -> list[int]:
        return list(Consultation.objects.order_by("-pk").values_list("pk", flat=True)[:1000])

    # --- pages

    def key_at(self, name: str, share: float, *, show: str = "") -> str:
        """The address of the page that begins after this share of the list; empty where the list is one page."""
        rows = self.visible(name) if show == "all" else self.visible(name).open()
        order = LATEST_FIRST if show == "all" else BY_RISK
        total = rows.count()
        place = min(int(total * share), total - 51)
        if place < 51:
            return ""
        row = rows.order_by(*order)[place]
        query = QueryDict(mutable=True)
        query["after"] = KeysetPaginator(rows, order)._key(row)
        if show:
            query["show"] = show
        return "?" + query.urlencode()

    # --- words

    @cached_property
    def person(self) -> Party | None:
        """Somebody of the section's own cases, to be looked for by name, reading and telephone."""
        rows = Party.objects.filter(consultation__in=self.visible("section").values("pk"))
        rows = rows.filter(phone__filled=True, kana__filled=True, address__filled=True)
        return rows.order_by("-pk").first()

    @cached_property
    def sought(self) -> dict[str, str]:
        """What is typed to find that person."""
        if (one := self.person) is None:
            return {}
        parts = {"family_name": one.name.split()[0], "one_sign": one.name[-1], "last_four": one.phone[-4:]}
        return {"name": one.name, "kana": one.kana, "phone": one.phone, "address": one.address, **parts}

    words = (
        ("fragment", words.FRAGMENT),
        ("nowhere", words.NOWHERE),
        ("rare", words.RARE),
        ("middle", words.MIDDLE),
        ("frequent", words.FREQUENT),
    )

    # --- the hub of the neighbourhoods

    @cached_property
    def district(self) -> Area | None:
        """Of 若葉区, with the most organisations."""
        here = OrgPlace.objects.valid_on().filter(area__kind=AreaKind.DISTRICT, area__ward__slug="wakaba")
        most = here.order_by().values("area").annotate(n=Count("pk")).order_by("-n", "area").first()
        return Area.objects.get(pk=most["area"]) if most else None

    @cached_property
    def circular(self) -> ECircular | None:
        """The one that went to the most 班, before the section that sent it."""
        rows = ECircular.objects.visible_to(people.actor("community desk")).current()
        return rows.annotate(n=Count("recipients")).order_by("-n", "pk").first()

    @cached_property
    def need(self) -> Need | None:
        """An open 困りごと of the ward; the first of the demo city has できること that fit."""
        rows = Need.objects.filter(rows_of(people.actor("community desk"), "need.work")).open()
        return rows.order_by("pk").first()

    # --- what can be done once

    def drafts(self, number: int) -> Iterator[tuple[str, dict[str, str]]]:
        """Finished drafts of somebody without an account, each with the cookie that opens it."""
        for _ in range(number):
            draft = self._draft(drafts.start("consultation"))
            cookie = signing.dumps([draft.pk.hex], salt=drafts.SALT)
            yield str(draft.pk), {drafts.COOKIE.name: cookie}

    def entries(self, number: int) -> Iterator[str]:
        """Finished entries of the section at the counter."""
        posting = people.actor("section").posting
        for _ in range(number):
            draft = drafts.start("consultation", posting=posting)
            draft.data = {"entry": {"channel": ["counter"], "language": ["ja"]}}
            yield str(self._draft(draft).pk)

    def _draft(self, draft: Draft) -> Draft:
        draft.data = {**draft.data, **ANSWERS}
        draft.save()
        return draft

    def to_accept(self, number: int) -> list[int]:
        """つなぎ that wait for the acceptor's answer."""
        rows = Referral.objects.filter(
            to_office=people.actor(people.ACCEPTOR).office_id, state__in=WAITING_FOR_PARTNER
        )
        return list(rows.order_by("pk").values_list("pk", flat=True)[:number])

    @cached_property
    def soon(self) -> dt.date:
        return timezone.localdate() + dt.timedelta(days=3)

    @property
    def session_cookie(self) -> str:
        return str(settings.SESSION_COOKIE_NAME)
