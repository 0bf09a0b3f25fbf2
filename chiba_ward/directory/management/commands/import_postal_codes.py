from typing import Any

from chiba_ward.directory.importers import import_postal_codes
from chiba_ward.directory.management.importing import ImportCommand
from chiba_ward.directory.tables import ImportReport


class Command(ImportCommand):
    help = "六区の郵便番号と町名を、導入済みの郵便番号データから取り込みます(通信はしません)。"

    def run(self, options: dict[str, Any]) -> ImportReport:
        return import_postal_codes(dry_run=options["dry_run"])
