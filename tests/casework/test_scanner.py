"""One answer passes a file; everything else that a scanner may do is no verdict (FI6)."""

import io
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chiba_ward.casework.files import scanner
from chiba_ward.casework.files.scanner import EICAR, Clamd, NoVerdict, Trouble, address_of
from tests.casework.clamd_server import ClamdServer
from tests.patience import ends

CONTENT = b"x" * 300_000


@pytest.fixture
def server() -> Iterator[ClamdServer]:
    server = ClamdServer()
    yield server
    server.stop()


def trouble_with(server: ClamdServer, content: bytes = CONTENT, seconds: float = 5) -> Trouble:
    with pytest.raises(NoVerdict) as raised:
        Clamd(address_of(server.url)).scan(io.BytesIO(content), seconds)
    return raised.value.trouble


def test_it_sends_every_byte_and_reads_the_verdict(server: ClamdServer) -> None:
    clamd = Clamd(address_of(server.url))
    server.signatures["Eicar-Signature"] = EICAR
    assert not clamd.scan(io.BytesIO(CONTENT)).infected
    assert not clamd.scan(io.BytesIO(b"")).infected
    found = clamd.scan(io.BytesIO(CONTENT + EICAR))
    assert (found.infected, found.signature) == (True, "Eicar-Signature")
    assert server.seen == [CONTENT, b"", CONTENT + EICAR]
    clamd.ping()
    assert clamd.version().startswith("ClamAV 1.4.6")


def test_it_speaks_over_a_unix_socket(tmp_path: Path) -> None:
    server = ClamdServer(tmp_path / "clamd.ctl")
    assert not Clamd(address_of(server.url)).scan(io.BytesIO(CONTENT)).infected
    server.stop()
    assert trouble_with(server) == Trouble.AWAY


@pytest.mark.parametrize(
    ("mode", "trouble"),
    [
        ("garbage", Trouble.NONSENSE),
        ("cut", Trouble.NONSENSE),
        ("endless", Trouble.NONSENSE),
        ("two", Trouble.NONSENSE),
        ("closes", Trouble.AWAY),
        ("limits", Trouble.STOPPED_LOOKING),
    ],
)
def test_any_other_answer_is_no_verdict(server: ClamdServer, mode: str, trouble: Trouble) -> None:
    server.mode = mode
    assert trouble_with(server) == trouble


def test_an_answer_before_the_end_of_the_file_does_not_pass_it(server: ClamdServer) -> None:
    """It hangs up after its answer, so the rest cannot have been looked at."""
    server.mode = "liar"
    assert trouble_with(server, b"x" * 20_000_000) in (Trouble.NONSENSE, Trouble.AWAY)


def test_over_the_scanners_own_limit(server: ClamdServer) -> None:
    """clamd says so and hangs up; where its answer is lost with the connection, it is as good as away."""
    server.limit = 100_000
    assert trouble_with(server, b"x" * 100_001) == Trouble.TOO_LARGE
    assert trouble_with(server, b"x" * 30_000_000) in (Trouble.TOO_LARGE, Trouble.AWAY)


def test_away_silent_and_slow(server: ClamdServer) -> None:
    with ends():
        server.mode = "hang"
        assert trouble_with(server, seconds=0.3) == Trouble.SLOW
        server.mode, server.delay = "ok", 3.0
        assert trouble_with(server, seconds=0.3) == Trouble.SLOW
        server.stop()
        assert trouble_with(server) == Trouble.AWAY


def test_a_client_that_drips_has_one_deadline_for_everything(server: ClamdServer) -> None:
    """Each part alone is in time; together they are not."""

    class Dripping(io.RawIOBase):
        def read(self, size: int = -1, /) -> bytes:
            time.sleep(0.1)
            return b"x"

    with pytest.raises(NoVerdict) as raised:
        Clamd(address_of(server.url)).scan(Dripping(), 0.5)  # type: ignore[arg-type]  # never ends, on purpose
    assert raised.value.trouble == Trouble.SLOW


def test_a_name_from_outside_is_made_harmless(server: ClamdServer) -> None:
    server.signatures['<script>"x"</script>' + "y" * 100] = EICAR
    found = Clamd(address_of(server.url)).scan(io.BytesIO(EICAR))
    assert found.infected
    assert len(found.signature) == 80
    assert not set(found.signature) & set('<>"')


@pytest.mark.parametrize(
    "url", ["127.0.0.1:3310", "http://x:3310", "tcp://", "unix:relative", "tcp://x:99999", "tcp://h:1/p"]
)
def test_an_address_that_is_none(url: str) -> None:
    with pytest.raises(ValueError, match=r"PORTAL_CLAMD|Port"):
        address_of(url)


def test_addresses(settings: Any) -> None:
    assert address_of("tcp://clamav") == ("clamav", 3310)
    assert address_of("tcp://[::1]:53310") == ("::1", 53310)
    assert address_of("unix:/run/clamav/clamd.ctl") == "/run/clamav/clamd.ctl"
    for nothing in ("", "none"):
        settings.PORTAL_CLAMD = nothing
        assert scanner.from_settings() is None
