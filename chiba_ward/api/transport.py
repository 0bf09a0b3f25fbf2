"""The one place from which the portal calls another machine: a signed POST to an address that was checked (IN6).

By hand over `socket` and `ssl`, because the libraries resolve a name themselves, follow redirects, read proxies from the
environment and bound each step instead of the whole. Here a name is resolved once, every address it leads to must be
public, the connection goes to that very address, and five seconds are five seconds.
"""

import http.client
import ipaddress
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings

SECONDS = 5.0
LARGEST_ANSWER = 4096
STATUS_LINE = re.compile(rb"HTTP/1\.[01] ([1-5][0-9]{2})(?: |\r)")
# Where an IPv4 address hides in an IPv6 one: NAT64, 6to4, Teredo. Nobody needs them to reach a city's system.
TUNNELS = tuple(map(ipaddress.ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")))

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], list[str]]


class NotDelivered(Exception):
    """`reason` is Japanese, for the screen, and quotes nothing of what the other side said."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Clock:
    """What is left of the five seconds. Raises NotDelivered when they are over."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._ends = time.monotonic() + seconds

    @property
    def left(self) -> float:
        seconds = self._ends - time.monotonic()
        if seconds <= 0:
            raise NotDelivered(f"{SECONDS:.0f}秒のうちに答えがありませんでした。")
        return seconds


def post(url: str, body: bytes, headers: Mapping[str, str], *, resolve: Resolve | None = None) -> int:
    """The status of the answer; its body is not read. A redirect is an answer like any other: it is not followed.

    Raises NotDelivered.
    """
    clock, parts = Clock(), urlsplit(url)
    host, port = parts.hostname or "", parts.port or 443
    address = checked_address(host, port, clock, resolve or _system)
    try:
        with socket.create_connection((str(address), port), clock.left) as raw:
            raw.settimeout(clock.left)
            with _context().wrap_socket(raw, server_hostname=host) as tls:
                _send(tls, host, port, parts.path or "/", body, headers, clock)
                return _status(tls, clock)
    except ssl.SSLCertVerificationError as error:
        raise NotDelivered("先方の証明書を確かめられませんでした（名前、期限、発行元）。") from error
    except TimeoutError as error:
        raise NotDelivered(f"{SECONDS:.0f}秒のうちに答えがありませんでした。") from error
    except (OSError, http.client.HTTPException) as error:
        raise NotDelivered("先方につながりませんでした。") from error


def checked_address(host: str, port: int, clock: Clock, resolve: Resolve) -> Address:
    """The first address of the name, if all of them are public: one private among them is a trap, not a choice."""
    found = [
        ipaddress.ip_address(text.partition("%")[0]) for text in _within(clock, lambda: resolve(host, port))
    ]
    if not found:
        raise NotDelivered("ホスト名からアドレスが分かりませんでした。")
    if not all(is_permitted(address) for address in found):
        raise NotDelivered("ホスト名が、庁内や自分自身のアドレスを指しています。送りません。")
    return found[0]


def is_permitted(address: Address) -> bool:
    """Public, or named by the setting that only a test fills."""
    plain = getattr(address, "ipv4_mapped", None) or address
    if str(plain) in settings.WEBHOOK_LOCAL_ADDRESSES:
        return True
    if getattr(plain, "is_site_local", False):
        return False
    hidden = any(plain in tunnel for tunnel in TUNNELS if tunnel.version == plain.version)
    return plain.is_global and not (plain.is_multicast or plain.is_reserved or hidden)


def _system(host: str, port: int) -> list[str]:
    return [str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def _within(clock: Clock, ask: Callable[[], list[str]]) -> list[str]:
    """A name server that does not answer holds a thread, not us: `getaddrinfo` knows no limit."""
    found: list[list[str]] = []

    def run() -> None:
        try:
            found.append(ask())
        except (OSError, UnicodeError):
            found.append([])

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(clock.left)
    return found[0] if found else []


@lru_cache
def _trusting(ca_file: str) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=ca_file or None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _context() -> ssl.SSLContext:
    return _trusting(str(settings.WEBHOOK_CA_FILE))


def _send(
    tls: ssl.SSLSocket, host: str, port: int, path: str, body: bytes, headers: Mapping[str, str], clock: Clock
) -> None:
    tls.settimeout(clock.left)
    connection = http.client.HTTPConnection(host, port)
    connection.sock = tls
    connection.request("POST", path, body, {**headers, "Connection": "close"})


def _status(tls: ssl.SSLSocket, clock: Clock) -> int:
    """From the first line of the answer; at most 4 kB are read, whatever drips."""
    read = b""
    while b"\n" not in read and len(read) < LARGEST_ANSWER:
        tls.settimeout(clock.left)
        more = tls.recv(1024)
        if not more:
            break
        read += more
    line = STATUS_LINE.match(read)
    if line is None:
        raise NotDelivered("先方の答えを読めませんでした。")
    return int(line[1])
