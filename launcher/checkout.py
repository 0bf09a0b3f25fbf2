"""Where things are in the checkout, and the interpreter of its locked environment."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Checkout:
    root: Path

    @property
    def venv(self) -> Path:
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        return self.venv / "bin" / "python"

    @property
    def site_packages(self) -> Path:
        version = f"python{sys.version_info.major}.{sys.version_info.minor}"
        return self.venv / "lib" / version / "site-packages"

    @property
    def system(self) -> Path:
        """Where system packages are unpacked for whoever may not install them."""
        return self.root / ".portal-system"

    def default_data_dir(self) -> Path:
        return Path(os.environ.get("PORTAL_DATA_DIR") or self.root / ".portal").absolute()


def this_checkout() -> Checkout:
    return Checkout(Path(__file__).resolve().parent.parent)
