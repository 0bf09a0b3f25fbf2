"""The one way out: https to a checked address, no redirects, five seconds in all (ASSURANCE IN6, finding 11)."""

import ipaddress
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chiba_ward.api import transport
from chiba_ward.api.transport import NotDelivered, is_permitted, post
from tests.api import tls_server
from tests.api.tls_server import Server, serving
from tests.patience import PATIENCE, ends

HEADERS = {"Content-Type": "application/json"}


@pytest.fixture
def near(settings: Any) -> None:
    """This test may call the machine itself; nothing else may, not even in the suite."""
    settings.WEBHOOK_LOCAL_ADDRESSES = frozenset({"127.0.0.1", "::1"})


@pytest.fixture
def server(tmp_path: Path, settings: Any, near: None) -> Iterator[Server]:
    with serving(tmp_path) as (running, ca):
        settings.WEBHOOK_CA_FILE = str(ca)
        yield running


def here(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


def refused(url: str, **options: Any) -> str:
    with pytest.raises(NotDelivered) as caught:
        post(url, b"{}", HEADERS, **{"resolve": here, **options})
    assert any("ぁ" <= sign <= "ん" for sign in caught.value.reason)
    return caught.value.reason


def test_a_post_arrives_as_it_was_sent(server: Server) -> None:
    assert post(server.url("/hook/a"), b'{"a":1}', HEADERS) == 200
    got = server.requests[0]
    assert got.head.startswith(b"POST /hook/a HTTP/1.1\r\n")
    assert got.body == b'{"a":1}'
    assert got.header("Host") == f"localhost:{server.port}"
    assert got.header("Connection") == "close"


@pytest.mark.parametrize("status", [201, 204, 400, 404, 410, 429, 500, 503])
def test_the_status_is_the_answer(server: Server, status: int) -> None:
    server.answer = f"HTTP/1.1 {status} \r\n\r\n".encode()
    assert post(server.url(), b"{}", HEADERS, resolve=here) == status


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(server: Server, tmp_path: Path, settings: Any, status: int) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    with serving(inner) as (secret_place, _):
        target = secret_place.url("/admin")
        server.answer = f"HTTP/1.1 {status} Moved\r\nLocation: {target}\r\n\r\n".encode()
        assert post(server.url(), b"{}", HEADERS, resolve=here) == status
        assert secret_place.connections == 0
    assert server.connections == 1


def test_silence_ends_after_five_seconds(server: Server) -> None:
    server.behave = tls_server.silent
    with ends():
        assert "5秒" in refused(server.url())


def test_a_slow_drip_ends_after_five_seconds(server: Server) -> None:
    server.behave = tls_server.drip
    with ends():
        assert "5秒" in refused(server.url())


def test_a_name_server_that_does_not_answer(near: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "SECONDS", 1.0)
    silence = threading.Event()

    def ask(host: str, port: int) -> list[str]:
        silence.wait(2 * PATIENCE)
        return ["1.1.1.1"]

    with ends(), pytest.raises(NotDelivered):
        transport.checked_address("slow.example.test", 443, transport.Clock(0.5), ask)
    silence.set()


def test_a_flood_is_not_read(server: Server) -> None:
    server.behave = tls_server.huge
    with ends():
        assert "読めません" in refused(server.url())
    server.behave = tls_server.huge_body
    assert post(server.url(), b"{}", HEADERS, resolve=here) == 200


@pytest.mark.parametrize("behave", [tls_server.no_http, tls_server.hang_up])
def test_what_is_no_answer(server: Server, behave: Any) -> None:
    server.behave = behave
    refused(server.url())


def test_nobody_listens(near: None) -> None:
    assert "つながりません" in refused("https://localhost:1/hook")


def test_a_certificate_of_another_authority(tmp_path: Path, settings: Any, near: None) -> None:
    with serving(tmp_path, trusted=False) as (server, ca):
        settings.WEBHOOK_CA_FILE = str(ca)
        assert "証明書" in refused(server.url())
        assert server.requests == []


def test_a_certificate_of_another_name(tmp_path: Path, settings: Any, near: None) -> None:
    with serving(tmp_path, name="elsewhere.example.test") as (server, ca):
        settings.WEBHOOK_CA_FILE = str(ca)
        assert "証明書" in refused(server.url())
        assert server.requests == []


def test_the_name_is_proved_and_not_the_address(tmp_path: Path, settings: Any, near: None) -> None:
    """The connection goes to the address that was checked; the certificate must still be the host's."""
    with serving(tmp_path, name="hook.example.test") as (server, ca):
        settings.WEBHOOK_CA_FILE = str(ca)
        assert post(f"https://hook.example.test:{server.port}/", b"{}", HEADERS, resolve=here) == 200
        assert server.requests[0].header("Host") == f"hook.example.test:{server.port}"
        refused(f"https://other.example.test:{server.port}/")


def test_an_old_protocol_is_refused(tmp_path: Path, settings: Any, near: None) -> None:
    settings.WEBHOOK_CA_FILE = ""
    assert transport._context().minimum_version.name == "TLSv1_2"
    with serving(tmp_path, version="TLSv1_1") as (server, ca):
        settings.WEBHOOK_CA_FILE = str(ca)
        refused(server.url())
        assert server.requests == []


# --- where it may go


PRIVATE = [
    "127.0.0.1", "127.255.255.254", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "100.127.255.255", "0.0.0.0", "224.0.0.1", "239.255.255.255", "255.255.255.255", "240.0.0.1",
    "192.0.2.1", "198.18.0.1", "203.0.113.9", "192.0.0.1", "::1", "::", "fe80::1", "fc00::1", "fd12:3456::1", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::ffff:100.64.0.1", "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2002:0a00:0001::", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:db8::1",
    "fec0::1", "::127.0.0.1",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_of_the_house_is_refused(address: str) -> None:
    assert not is_permitted(ipaddress.ip_address(address))
    assert "庁内" in refused("https://trap.example.test/", resolve=lambda host, port: [address])


@pytest.mark.parametrize("address", ["8.8.8.8", "203.104.1.1", "2400:cb00::1", "2606:4700::1111"])
def test_a_public_address_may_be_called(address: str) -> None:
    assert is_permitted(ipaddress.ip_address(address))


def test_one_private_address_among_public_ones_is_a_trap() -> None:
    mixed = lambda host, port: ["8.8.8.8", "10.0.0.1"]  # noqa: E731  (a resolver in a line)
    assert "庁内" in refused("https://trap.example.test/", resolve=mixed)


def test_a_scoped_address_and_no_address() -> None:
    assert "庁内" in refused("https://trap.example.test/", resolve=lambda host, port: ["fe80::1%eth0"])
    assert "分かりません" in refused("https://trap.example.test/", resolve=lambda host, port: [])


def test_a_name_is_asked_once(server: Server) -> None:
    """Rebinding: the second answer would lead elsewhere, and nobody asks for it."""
    asked: list[str] = []

    def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    assert post(server.url(), b"{}", HEADERS, resolve=rebinding) == 200
    assert asked == ["localhost"]
    assert "庁内" in refused(server.url(), resolve=rebinding)


def test_without_the_setting_of_a_test_loopback_is_closed(tmp_path: Path, settings: Any) -> None:
    with serving(tmp_path) as (server, ca):
        settings.WEBHOOK_CA_FILE = str(ca)
        with pytest.raises(NotDelivered, match="庁内"):
            post(server.url(), b"{}", HEADERS)
        assert server.connections == 0


def test_no_environment_opens_loopback() -> None:
    """The setting is empty in the settings that production starts from, and nothing reads it from outside."""
    from chiba_ward.settings import base

    assert frozenset() == base.WEBHOOK_LOCAL_ADDRESSES
    text = Path(base.__file__).read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if "WEBHOOK_LOCAL" in line] == [
        "WEBHOOK_LOCAL_ADDRESSES: frozenset[str] = frozenset()"
    ]


def test_headers_cannot_be_smuggled(server: Server) -> None:
    with pytest.raises(ValueError, match="Invalid header"):
        post(server.url(), b"{}", {"X-A": "a\r\nX-B: b"}, resolve=here)
