"""System packages for whoever is not the administrator: fetched by apt, unpacked into the checkout, used from there.

Nothing outside the folder is touched, so neither root nor sudo is needed. The processes that the launcher starts find
libraries, programs and fonts through their environment.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sysconfig
from collections.abc import Iterable, Mapping
from pathlib import Path

LIBRARIES = ("usr/lib/{0}", "lib/{0}", "usr/lib/{0}/pulseaudio", "usr/lib/{0}/blas", "usr/lib/{0}/lapack")
MACHINE_FONTS = "/etc/fonts/fonts.conf"
MACHINE_CERTIFICATES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt")
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">{machine}</include>
  <include ignore_missing="yes">{root}/etc/fonts/fonts.conf</include>
  <dir>{root}/usr/share/fonts</dir>
  <cachedir>{cache}</cachedir>
</fontconfig>
"""


class Unpacked:
    """Packages below one folder. `sources` is apt's list of places; that of the machine where none is named."""

    def __init__(self, path: Path, sources: Path | None = None) -> None:
        self.path = path
        self.root = path / "root"
        self.sources = sources

    # --- fetching

    def add(self, names: Iterable[str]) -> bool:
        """Fetch and unpack the packages and what they need; False where apt or the network does not give them."""
        if self.path.exists() and not self.names():  # of another release, or an attempt that broke off
            shutil.rmtree(self.path)
        fetched = self.path / "fetched"
        for folder in (self.path / "state" / "lists" / "partial", fetched / "archives" / "partial"):
            folder.mkdir(parents=True, exist_ok=True)
        install = ["install", "-y", "--no-install-recommends", "--download-only", *names]
        if not all(self._apt(arguments) for arguments in (["update"], install)):
            return False
        archives = sorted((fetched / "archives").glob("*.deb"))
        if not all(_succeeds(["dpkg-deb", "-x", str(archive), str(self.root)]) for archive in archives):
            return False
        shutil.rmtree(fetched)
        self._write_fonts()
        self._write_certificates()
        self._note([archive.name.split("_")[0] for archive in archives])
        return True

    def _apt(self, arguments: list[str]) -> bool:
        options = {
            "Dir::State": self.path / "state",
            "Dir::State::status": "/var/lib/dpkg/status",
            "Dir::Cache": self.path / "fetched",
            "Debug::NoLocking": "1",
            "APT::Sandbox::User": "",
            "Acquire::Languages": "none",
            **({"Dir::Etc::sourcelist": self.sources, "Dir::Etc::sourceparts": "-"} if self.sources else {}),
        }
        written = [part for name, value in options.items() for part in ("-o", f"{name}={value}")]
        return _succeeds(["apt-get", "-q", *written, *arguments])

    def _write_fonts(self) -> None:
        text = FONTS.format(machine=MACHINE_FONTS, root=self.root, cache=self.path / "font-cache")
        (self.path / "fonts.conf").write_text(text, encoding="utf-8")

    def _write_certificates(self) -> None:
        """What the package's own script would gather into one file."""
        parts = sorted((self.root / "usr/share/ca-certificates").rglob("*.crt"))
        if parts:
            text = "\n".join(part.read_text(encoding="ascii") for part in parts)
            self.certificates.write_text(text, encoding="ascii")

    def _note(self, names: Iterable[str]) -> None:
        noted = [_release(), *sorted({*self.names(), *names})]
        (self.path / "packages").write_text("\n".join(noted) + "\n", encoding="utf-8")

    # --- using

    def names(self) -> set[str]:
        """The packages that are here; none when the folder was filled on another release of the system."""
        try:
            release, *names = (self.path / "packages").read_text(encoding="utf-8").splitlines()
        except (FileNotFoundError, ValueError):
            return set()
        return set(names) if release == _release() else set()

    def pip_wheel(self) -> Path | None:
        """pip as Debian ships it, which runs from the wheel itself."""
        found = sorted((self.root / "usr/share/python-wheels").glob("pip-*.whl"))
        return found[-1] if found else None

    def browser(self) -> str | None:
        """The browser itself: the starter in usr/bin knows only its usual place."""
        program = self.root / "usr/lib/chromium/chromium"
        return str(program) if program.exists() else None

    def environ(self, given: Mapping[str, str]) -> dict[str, str]:
        """What a process needs in its environment, on top of `given`, to find all this."""
        if not self.names():
            return {}
        triple = sysconfig.get_config_var("MULTIARCH") or ""
        libraries = [str(self.root / place.format(triple)) for place in LIBRARIES]
        found = {
            "LD_LIBRARY_PATH": _joined(given.get("LD_LIBRARY_PATH"), *libraries),
            "PATH": _joined(given.get("PATH"), str(self.root / "usr/bin")),
            "FONTCONFIG_FILE": str(self.path / "fonts.conf"),
        }
        return found | self._picture_readers(triple) | self._certificate_names(given)

    def _picture_readers(self, triple: str) -> dict[str, str]:
        """ImageMagick, which zbarimg reads pictures with, looks for its parts in the usual place alone."""
        found = sorted((self.root / "usr/lib" / triple).glob("ImageMagick-*/modules-*/coders"))
        return {"MAGICK_CODER_MODULE_PATH": str(found[-1])} if found else {}

    @property
    def certificates(self) -> Path:
        return self.path / "certificates.pem"

    def certificates_needed(self) -> bool:
        """Whether these are here and the machine has none of its own."""
        return self.certificates.exists() and not any(Path(place).is_file() for place in MACHINE_CERTIFICATES)

    def _certificate_names(self, given: Mapping[str, str]) -> dict[str, str]:
        if not self.certificates_needed() or given.get("SSL_CERT_FILE"):
            return {}
        return {"SSL_CERT_FILE": str(self.certificates), "PIP_CERT": str(self.certificates)}


def _release() -> str:
    """Libraries of one release do not fit the next."""
    try:
        system = platform.freedesktop_os_release()
    except OSError:
        system = {}
    return f"{system.get('ID', '')} {system.get('VERSION_ID', '')} {platform.machine()}"


def _joined(*paths: str | None) -> str:
    return os.pathsep.join(dict.fromkeys(path for path in paths if path))


def _succeeds(command: list[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False
