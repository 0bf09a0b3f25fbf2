"""Moves one matter into a compartment. There is no way out, so it asks for the label of the compartment by hand."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from chiba_ward.access.actor import SYSTEM
from chiba_ward.casework import receipt_numbers
from chiba_ward.casework.models import Matter
from chiba_ward.casework.receipt_numbers import ReceiptNumberError
from chiba_ward.compartments import services as compartments
from chiba_ward.compartments.models import Compartment


class Command(BaseCommand):
    help = "案件を区画に移します。席のない人には、その時から見えません。元には戻せません。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", help="受付番号")
        parser.add_argument("label", help="区画の名前 (manage.py compartment make で作る)")

    def handle(self, *_: Any, number: str, label: str, **options: Any) -> None:
        try:
            matter = Matter.objects.get(receipt_no=receipt_numbers.parse(number))
            compartments.enclose(matter, Compartment.objects.get(label=label), by=SYSTEM)
        except ReceiptNumberError as slip:
            raise CommandError(str(slip)) from slip
        except (Matter.DoesNotExist, Compartment.DoesNotExist) as missing:
            raise CommandError("案件か区画が見つかりません。番号と名前を確かめてください。") from missing
        except compartments.NotPossible as refused:
            raise CommandError(refused.message) from refused
        self.stdout.write(f"{matter.receipt_no} を {label} に移しました。")
