from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from chiba_ward.api import description


class Command(BaseCommand):
    help = "API の説明 (OpenAPI) を docs/openapi.json に書きます。API を変えたあとに使います。"

    def handle(self, *args: Any, **options: Any) -> None:
        target = Path(settings.BASE_DIR) / "docs" / "openapi.json"
        target.write_bytes(description.as_json())
        self.stdout.write(f"{target.name} を書きました。")
