"""The scanner's client and the portal's waiting against a real clamd, with the configuration of docker-compose.yml.

A command of its own, since clamd comes from the distribution (`apt-get install clamav-daemon`, then
`CLAMD=real python3 manage.py test tests/casework/test_clamd_real.py`). The signatures are one line of our own: nothing
is fetched. What the small server of the suite answers is compared with it byte for byte.
"""

import datetime as dt
import hashlib
import io
import os
import shutil
import signal
import socket
import struct
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.utils import timezone

from chiba_ward.access.actor import SYSTEM
from chiba_ward.casework import attachments, scans
from chiba_ward.casework.enums import AttachmentState as S
from chiba_ward.casework.files import RejectedUpload, Rejection, clean_upload, first_look
from chiba_ward.casework.files.scanner import EICAR, Clamd, NoVerdict, Trouble, address_of
from chiba_ward.casework.models import Attachment
from chiba_ward.outbox import services as outbox
from chiba_ward.outbox.models import OutboxEntry
from launcher.checkout import this_checkout
from launcher.folder import free_port
from tests.casework.clamd_server import ClamdServer
from tests.casework.corpus.pictures import picture as drawn
from tests.casework.support import make_matter, picture

COMPOSE = yaml.safe_load((this_checkout().root / "docker-compose.yml").read_text(encoding="utf-8"))
INFECTED = b"a file that only this test calls infected"


class RealClamd:
    """The daemon with our own signatures: killed, stopped in its tracks and started at will."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.process: subprocess.Popen[bytes] | None = None
        (folder / "signatures").mkdir()
        self.know("Eicar-Test-Signature", EICAR)
        self.know("Portal.Test.One", INFECTED)

    @property
    def url(self) -> str:
        return f"tcp://127.0.0.1:{self.port}"

    def know(self, name: str, content: bytes) -> None:
        """One line md5:size:name; known after the next start."""
        with (self.folder / "signatures" / "local.hdb").open("a") as lines:
            lines.write(f"{hashlib.md5(content).hexdigest()}:{len(content)}:{name}\n")

    def start(self, **changed: str) -> None:
        lines = dict(line.split(" ", 1) for line in self._city().splitlines())
        lines |= {
            "TCPSocket": str(self.port),
            "TCPAddr": "127.0.0.1",
            "LocalSocket": str(self.folder / "clamd.ctl"),
            "DatabaseDirectory": str(self.folder / "signatures"),
            "User": "root" if os.geteuid() == 0 else os.environ["USER"],
            **changed,
        }
        settings = self.folder / "clamd.conf"
        settings.write_text("".join(f"{name} {value}\n" for name, value in lines.items()))
        with (self.folder / "clamd.log").open("ab") as log:
            self.process = subprocess.Popen(
                [str(shutil.which("clamd") or "/usr/sbin/clamd"), "-c", str(settings)], stdout=log, stderr=log
            )
        wait_until(self._answers, 60)

    def _city(self) -> str:
        text: str = COMPOSE["configs"]["clamd"]["content"]
        return "\n".join(line for line in text.splitlines() if not line.startswith("#"))

    def _answers(self) -> bool:
        try:
            Clamd(address_of(self.url)).ping()
        except NoVerdict:
            return False
        return True

    def kill(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def stand_still(self) -> None:
        assert self.process
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        assert self.process
        self.process.send_signal(signal.SIGCONT)


def wait_until(holds: Callable[[], bool], seconds: float) -> float:
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < seconds, "waited in vain"
        time.sleep(0.1)
    return time.monotonic() - began


@pytest.fixture
def clamd(tmp_path: Path, settings: Any) -> Iterator[RealClamd]:
    real = RealClamd(tmp_path)
    settings.PORTAL_CLAMD = real.url
    scans.breaker.reset()
    first_look.breaker.reset()
    real.start()
    yield real
    if real.process and real.process.poll() is None:
        real.go_on()
    real.kill()
    scans.breaker.reset()
    first_look.breaker.reset()


# -- the protocol


def talk(address: Any, *parts: bytes) -> bytes:
    """Send the parts and read until the other side hangs up."""
    family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
    said = b""
    with socket.socket(family, socket.SOCK_STREAM) as line:
        line.settimeout(10)
        line.connect(address)
        for part in parts:
            line.sendall(part)
        while more := line.recv(4096):
            said += more
    return said


def stream(*chunks: bytes) -> list[bytes]:
    return [b"zINSTREAM\0", *(struct.pack(">I", len(one)) + one for one in chunks), struct.pack(">I", 0)]


@pytest.mark.parametrize(
    "sent",
    [
        [b"zPING\0"],
        [b"zNONSENSE\0"],
        stream(),
        stream(b"harmless"),
        stream(b"harm", b"less"),
        stream(INFECTED),
        stream(INFECTED[:7], INFECTED[7:]),
        stream(EICAR),
        [b"zINSTREAM\0", struct.pack(">I", 1_000_000_000), b"abc"],
    ],
)
def test_the_suites_server_says_what_clamd_says(clamd: RealClamd, sent: list[bytes]) -> None:
    small = ClamdServer()
    small.limit = 40 * 1024**2
    small.signatures = {"Portal.Test.One.UNOFFICIAL": INFECTED, "Eicar-Test-Signature.UNOFFICIAL": EICAR}
    try:
        real_answer = talk(address_of(clamd.url), *sent)
        assert talk(address_of(small.url), *sent) == real_answer
        assert talk(str(clamd.folder / "clamd.ctl"), *sent) == real_answer
    finally:
        small.stop()


@pytest.mark.django_db
def test_verdicts_and_the_limits_of_the_city(clamd: RealClamd) -> None:
    client = Clamd(address_of(clamd.url))
    assert client.version().startswith("ClamAV 1.")
    assert client.scan(io.BytesIO(INFECTED)).signature == "Portal.Test.One.UNOFFICIAL"
    assert Clamd(address_of(f"unix:{clamd.folder}/clamd.ctl")).scan(io.BytesIO(EICAR)).infected
    began = time.monotonic()
    assert not client.scan(io.BytesIO(os.urandom(32 * 1024**2))).infected
    assert time.monotonic() - began < 5, "the largest cleaned file"
    with pytest.raises(NoVerdict) as raised:
        client.scan(io.BytesIO(bytes(41 * 1024**2)))
    assert raised.value.trouble in (Trouble.TOO_LARGE, Trouble.AWAY)
    call_command("check_scanner")


def test_what_clamd_stopped_looking_at_is_no_pass_with_the_citys_configuration(clamd: RealClamd) -> None:
    """Above MaxFileSize clamd says OK without a look, unless AlertExceedsMax is on."""
    content, client = INFECTED + bytes(2 * 1024**2), Clamd(address_of(clamd.url))
    clamd.kill()
    clamd.start(MaxFileSize="1M")
    with pytest.raises(NoVerdict) as raised:
        client.scan(io.BytesIO(content))
    assert raised.value.trouble == Trouble.STOPPED_LOOKING
    clamd.kill()
    clamd.start(MaxFileSize="1M", AlertExceedsMax="no")
    assert not client.scan(io.BytesIO(content)).infected, "the trap is still there"


def test_away_and_standing_still(clamd: RealClamd) -> None:
    client = Clamd(address_of(clamd.url))
    clamd.stand_still()
    for question in (lambda: client.ping(1), lambda: client.scan(io.BytesIO(b"x"), 1)):
        with pytest.raises(NoVerdict) as raised:
            question()
        assert raised.value.trouble == Trouble.SLOW
    clamd.go_on()
    client.ping()
    clamd.kill()
    with pytest.raises(NoVerdict) as raised:
        client.scan(io.BytesIO(b"x"))
    assert raised.value.trouble == Trouble.AWAY


# -- the portal


@pytest.mark.django_db
@pytest.mark.usefixtures("media")
def test_a_file_waits_while_clamd_is_away_and_comes_clean_by_itself(clamd: RealClamd) -> None:
    files = [attachments.attach(make_matter(), picture(), SYSTEM) for _ in range(2)]
    clamd.kill()
    outbox.run_pending_now()
    assert states(files) == [S.CHECKING] * 2
    clamd.start()
    clamd.stand_still()
    scans.breaker.reset()
    assert scans.look_again() == 0
    OutboxEntry.objects.update(available_at=timezone.now())
    began = time.monotonic()
    assert not scans._answers(Clamd(address_of(clamd.url)))
    assert time.monotonic() - began < 4
    clamd.go_on()
    OutboxEntry.objects.update(available_at=timezone.now() + dt.timedelta(hours=4))
    assert scans.look_again() == 2
    outbox.run_pending_now()
    assert states(files) == [S.CLEAN] * 2


@pytest.mark.django_db
@pytest.mark.usefixtures("media")
def test_infected_originals_and_infected_cleaned_files(clamd: RealClamd) -> None:
    original = drawn(comment=b"an original that is known")
    cleaned = clean_upload(io.BytesIO(drawn(size=(30, 20))), "a.jpg").content
    clamd.know("Portal.Original", original)
    clamd.know("Portal.Cleaned", cleaned)
    clamd.kill()
    clamd.start()
    with pytest.raises(RejectedUpload) as refused:
        clean_upload(io.BytesIO(original), "a.jpg")
    assert refused.value.code == Rejection.INFECTED
    upload = picture(size=(30, 20))
    upload.file = io.BytesIO(drawn(size=(30, 20)))
    upload.size = len(drawn(size=(30, 20)))
    file = attachments.attach(make_matter(), upload, SYSTEM)
    outbox.run_pending_now()
    assert states([file]) == [S.INFECTED]
    file.refresh_from_db()
    assert file.signature == "Portal.Cleaned.UNOFFICIAL"


def states(files: list[Attachment]) -> list[str]:
    rows = Attachment.objects.filter(pk__in=[file.pk for file in files]).order_by("id")
    return list(rows.values_list("state", flat=True))
