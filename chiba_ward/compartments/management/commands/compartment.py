"""Compartments and their seats, by whoever runs the portal and on paper of the office that decided it (ADR 0019)."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from chiba_ward.access.actor import SYSTEM
from chiba_ward.compartments import seats
from chiba_ward.compartments.enums import CompartmentKind
from chiba_ward.compartments.models import Compartment, CompartmentSeat
from chiba_ward.compartments.services import NotPossible
from chiba_ward.directory.enums import Role
from chiba_ward.directory.models import Office, Posting


class Command(BaseCommand):
    help = "区画と席: make 作る、admit 席を置く、dismiss 席を終える、show 席を見る。案件は manage.py enclose で移します。"

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        make = acts.add_parser("make", help="区画を作り、名前を出す")
        make.add_argument("--kind", choices=CompartmentKind.values, default=CompartmentKind.CHILD_ABUSE)
        admit = acts.add_parser("admit", help="席を置く (職員一人か、課と役割)")
        admit.add_argument("label", help="区画の名前")
        admit.add_argument("--email", default="", help="職員のメールアドレス (いまの発令に席を置く)")
        admit.add_argument("--office", default="", help="課のコード (--role と一緒に)")
        admit.add_argument("--role", choices=Role.values, default="")
        admit.add_argument("--reason", required=True, help="席を置く理由 (決裁の番号など)")
        dismiss = acts.add_parser("dismiss", help="席を終える")
        dismiss.add_argument("seat", type=int, help="show に出る席の番号")
        show = acts.add_parser("show", help="席を見る")
        show.add_argument("label", help="区画の名前")

    def handle(self, *_: Any, act: str, **options: Any) -> None:
        try:
            self.stdout.write(getattr(self, f"_{act}")(**options))
        except (NotPossible, ValidationError) as refused:
            raise CommandError("; ".join(getattr(refused, "messages", [str(refused)]))) from refused
        except (Compartment.DoesNotExist, CompartmentSeat.DoesNotExist, Office.DoesNotExist) as missing:
            raise CommandError("区画・席・課が見つかりません。名前や番号を確かめてください。") from missing

    def _make(self, *, kind: str, **_: Any) -> str:
        return Compartment.objects.create(kind=kind).label

    def _admit(self, *, label: str, email: str, office: str, role: str, reason: str, **_: Any) -> str:
        room = Compartment.objects.get(label=label)
        if office and role:
            found = Office.objects.get(code=office)
            return _line(seats.admit_role(room, found, Role(role), by=SYSTEM, reason=reason))
        posting = Posting.objects.active_on().filter(person__email=email).order_by("kind", "id").first()
        if posting is None:
            raise CommandError("いまの発令がある職員のメールアドレスか、課と役割を書いてください。")
        return _line(seats.admit(room, posting, by=SYSTEM, reason=reason))

    def _dismiss(self, *, seat: int, **_: Any) -> str:
        found = CompartmentSeat.objects.get(pk=seat)
        seats.dismiss(found)
        return f"席 {seat} を終えました。"

    def _show(self, *, label: str, **_: Any) -> str:
        rows = CompartmentSeat.objects.filter(compartment__label=label).order_by("pk")
        return "\n".join(map(_line, rows)) or "席はありません。"


def _line(seat: CompartmentSeat) -> str:
    who = seat.posting or f"{seat.office} {seat.get_role_display()}"
    is_over = seat.ends_at is not None and seat.ends_at <= timezone.now()
    return f"{seat.pk}\t{who}\t{'終了' if is_over else '着席'}\t{seat.reason}"
