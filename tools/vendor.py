"""Copy pinned browser assets into static/vendor and prove that nobody changed them.

    python3 tools/vendor.py update   # npm ci in a temporary folder, copy, write VENDOR.json
    python3 tools/vendor.py check    # compare every file with VENDOR.json; needs no network

VENDOR.json is the lock: package, version, licence and the sha256 of each file. A lock of the
package manager would record download addresses, so the versions are pinned exactly in package.json
and the content by digest here.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

TOOLS = Path(__file__).resolve().parent
TARGET = TOOLS.parent / "static" / "vendor"
LOCK = TARGET / "VENDOR.json"
WANTED = {
    "@digital-go-jp/design-tokens": {"licence": "MIT", "files": ["dist/tokens.css", "LICENSE"]},
}
# The manifest storage follows this comment to a map file that is not shipped, and fails.
SOURCE_MAP = re.compile(rb"(?m)^\s*(//[#@]|/\*[#@])\s*sourceMappingURL=.*$\n?")


def folder_name(package: str, version: str) -> str:
    """Return the folder of a package below static/vendor, such as ``design-tokens-1.1.9``."""
    return f"{package.rsplit('/', 1)[-1]}-{version}"


def digest(path: Path) -> str:
    """Return the sha256 of a file in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def install(workspace: Path) -> Path:
    """Install the pinned packages without their scripts and return the node_modules folder."""
    shutil.copy(TOOLS / "package.json", workspace)
    command = [
        "npm",
        "install",
        "--ignore-scripts",
        "--omit=dev",
        "--no-audit",
        "--no-fund",
        "--no-package-lock",
    ]
    subprocess.run(command, cwd=workspace, check=True)
    return workspace / "node_modules"


def copy_package(modules: Path, package: str, wanted: dict[str, Any]) -> dict[str, Any]:
    """Copy one package's files and return its entry for the lock."""
    source = modules / package
    version = json.loads((source / "package.json").read_text())["version"]
    folder = TARGET / folder_name(package, version)
    folder.mkdir(parents=True, exist_ok=True)
    entry: dict[str, Any] = {"version": version, "licence": wanted["licence"], "files": {}}
    for name in wanted["files"]:
        copy = folder / Path(name).name
        copy.write_bytes(SOURCE_MAP.sub(b"", (source / name).read_bytes()))
        entry["files"][copy.relative_to(TARGET).as_posix()] = digest(copy)
    return entry


def update() -> int:
    """Fetch the pinned versions and write files and lock anew."""
    with tempfile.TemporaryDirectory() as workspace:
        modules = install(Path(workspace))
        lock = {package: copy_package(modules, package, wanted) for package, wanted in sorted(WANTED.items())}
    LOCK.write_text(json.dumps(lock, indent=2) + "\n")
    print(f"{LOCK.name}: {sum(len(entry['files']) for entry in lock.values())} files")
    return 0


def problems() -> list[str]:
    """Return every difference between static/vendor and its lock, one sentence each."""
    lock = json.loads(LOCK.read_text())
    expected = {name: sha for entry in lock.values() for name, sha in entry["files"].items()}
    present = {p.relative_to(TARGET).as_posix() for p in TARGET.rglob("*") if p.is_file() and p != LOCK}
    found = [f"{name}: not in the lock" for name in sorted(present - expected.keys())]
    found += [f"{name}: missing" for name in sorted(expected.keys() - present)]
    changed = (name for name in sorted(present & expected.keys()) if digest(TARGET / name) != expected[name])
    return found + [f"{name}: changed since it was vendored" for name in changed]


def check() -> int:
    """Print the differences; the exit code is 1 if there is one."""
    found = problems()
    print("\n".join(found) or "static/vendor is as locked")
    return 1 if found else 0


def main(arguments: list[str]) -> int:
    """Run ``update`` or ``check``."""
    actions = {"update": update, "check": check}
    if len(arguments) != 1 or arguments[0] not in actions:
        print("usage: tools/vendor.py update|check", file=sys.stderr)
        return 2
    return actions[arguments[0]]()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
