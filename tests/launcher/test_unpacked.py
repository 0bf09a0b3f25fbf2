"""A person without root or sudo: packages fetched by the real apt from a folder, and used from where they lie."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from launcher import environment, system, unpacked
from launcher.checkout import Checkout
from launcher.talk import Talk
from launcher.unpacked import Unpacked

DEBIANS = f'where = lambda: "{unpacked.MACHINE_CERTIFICATES[0]}"\n'
Build = Callable[..., None]


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    folder = tmp_path / "shelf"
    folder.mkdir()
    (folder / "Packages").touch()
    (tmp_path / "sources.list").write_text(f"deb [trusted=yes] copy:{folder} ./\n", encoding="utf-8")
    return folder


@pytest.fixture
def build(shelf: Path, tmp_path: Path) -> Build:
    """`build(name, {path: text}, depends="…")` puts a package on the shelf."""

    def built(name: str, files: dict[str, str], depends: str = "") -> None:
        tree = tmp_path / "build" / name
        for path, text in files.items():
            (tree / path).parent.mkdir(parents=True, exist_ok=True)
            (tree / path).write_text(text, encoding="utf-8")
            (tree / path).chmod(0o755)
        facts = [f"Package: {name}", "Version: 1", "Architecture: all", "Maintainer: x <x@example.test>"]
        facts += [f"Depends: {depends}"] if depends else []
        (tree / "DEBIAN").mkdir(parents=True)
        control = "\n".join([*facts, "Description: x", ""])
        (tree / "DEBIAN" / "control").write_text(control, encoding="utf-8")
        archive = shelf / f"{name}.deb"
        subprocess.run(["dpkg-deb", "--build", str(tree), str(archive)], check=True, capture_output=True)
        data = archive.read_bytes()
        entry = [*facts, f"Filename: ./{name}.deb", f"Size: {len(data)}"]
        entry += [f"SHA256: {hashlib.sha256(data).hexdigest()}", "Description: x", "", ""]
        with (shelf / "Packages").open("a", encoding="utf-8") as index:
            index.write("\n".join(entry))

    return built


@pytest.fixture
def here(shelf: Path, tmp_path: Path) -> Unpacked:
    return Unpacked(tmp_path / "system", shelf.parent / "sources.list")


def run(here: Unpacked, program: str) -> str:
    environ = {**os.environ, **here.environ(os.environ)}
    found = shutil.which(program, path=environ["PATH"])
    assert found
    return subprocess.run([found], env=environ, capture_output=True, text=True, check=True).stdout


def test_a_package_and_what_it_needs_are_used_from_the_folder(here: Unpacked, build: Build) -> None:
    build("mihon-lib", {"usr/share/fonts/mihon.txt": "x"})
    build("mihon-tool", {"usr/bin/mihon-tool": "#!/bin/sh\necho $FONTCONFIG_FILE"}, depends="mihon-lib")
    assert here.environ(os.environ) == {}, "nothing is here yet, nothing is bent"
    assert here.add(["mihon-tool"])
    assert here.names() == {"mihon-lib", "mihon-tool"}
    assert run(here, "mihon-tool").strip() == str(here.path / "fonts.conf")
    assert f"<dir>{here.root}/usr/share/fonts</dir>" in (here.path / "fonts.conf").read_text(encoding="utf-8")
    assert not list(here.path.rglob("*.deb")), "what was fetched is not kept twice"


def test_a_second_wish_joins_the_first(here: Unpacked, build: Build) -> None:
    build("mihon-one", {"usr/bin/mihon-one": "#!/bin/sh\necho 1"})
    build("mihon-two", {"usr/bin/mihon-two": "#!/bin/sh\necho 2"})
    assert here.add(["mihon-one"])
    assert here.add(["mihon-two"])
    assert here.names() == {"mihon-one", "mihon-two"}
    assert run(here, "mihon-one") + run(here, "mihon-two") == "1\n2\n"


def test_what_apt_does_not_have_is_said_by_false(here: Unpacked, build: Build) -> None:
    build("mihon-one", {"usr/bin/mihon-one": "#!/bin/sh"})
    assert not here.add(["no-such-package-at-all"])
    assert here.names() == set()
    assert here.add(["mihon-one"]), "a broken attempt does not stand in the way of the next"


def test_a_folder_of_another_release_counts_as_empty(here: Unpacked, build: Build) -> None:
    build("mihon-one", {"usr/bin/mihon-one": "#!/bin/sh"})
    assert here.add(["mihon-one"])
    noted = here.path / "packages"
    noted.write_text("plan9 4 x\nmihon-one\nmihon-old\n", encoding="utf-8")
    (here.root / "old").touch()
    assert here.names() == set()
    assert here.environ(os.environ) == {}
    assert here.add(["mihon-one"])
    assert here.names() == {"mihon-one"}
    assert not (here.root / "old").exists()


def test_certificates_are_gathered_where_the_machine_has_none(
    here: Unpacked, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    build("mihon-ca", {f"usr/share/ca-certificates/x/{name}.crt": f"-- {name} --\n" for name in "ab"})
    assert here.add(["mihon-ca"])
    monkeypatch.setattr(unpacked, "MACHINE_CERTIFICATES", (str(here.path / "nowhere"),))
    found = here.environ({})
    assert found["SSL_CERT_FILE"] == found["PIP_CERT"] == str(here.certificates)
    assert here.certificates.read_text(encoding="ascii").split("\n\n") == ["-- a --", "-- b --\n"]
    assert "SSL_CERT_FILE" not in here.environ({"SSL_CERT_FILE": "/etc/own.pem"}), "the caller's own stays"
    monkeypatch.setattr(unpacked, "MACHINE_CERTIFICATES", (str(here.path / "packages"),))
    assert "SSL_CERT_FILE" not in here.environ({})


def test_a_python_without_pip_gets_the_one_that_was_unpacked(
    here: Unpacked, build: Build, checkout: Checkout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a Debian with python3 alone: the real pip of this environment stands in for the packaged one."""
    build("mihon-ca", {"usr/share/ca-certificates/x/a.crt": "-- a --\n"})
    assert here.add(["mihon-ca"])
    wheels = here.root / "usr/share/python-wheels"
    wheels.mkdir(parents=True)
    with zipfile.ZipFile(wheels / "pip-1-py3-none-any.whl", "w") as wheel:
        for file in (checkout.site_packages / "pip").rglob("*.py"):
            name = str(file.relative_to(checkout.site_packages))
            is_debians = name.endswith("certifi/core.py")
            wheel.writestr(name, DEBIANS if is_debians else file.read_text(encoding="utf-8"))
    monkeypatch.setattr(environment, "unpacked", lambda: here)
    monkeypatch.setattr(environment.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(unpacked, "MACHINE_CERTIFICATES", (str(here.path / "nowhere"),))
    made = Checkout(tmp_path / "checkout")
    environment._create(made, Talk(io.StringIO()))
    core = made.site_packages / "pip/_vendor/certifi/core.py"
    assert core.read_text(encoding="utf-8") == f'where = lambda: "{here.certificates}"\n'
    asked = [str(made.python), "-c", "import sys, pip; print(pip.__version__, sys.prefix)"]
    answer = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    assert str(made.venv) in answer


def test_nothing_is_fetched_where_that_is_forbidden(monkeypatch: pytest.MonkeyPatch, here: Unpacked) -> None:
    monkeypatch.setenv("PORTAL_NO_APT", "1")
    monkeypatch.setattr(system, "unpacked", lambda: here)
    assert not system.install_packages(["mihon-one"], Talk())
    assert not here.path.exists()
