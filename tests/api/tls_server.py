"""A real HTTPS server on loopback with a certificate of its own authority, and what a bad one might do."""

import datetime as dt
import ipaddress
import socket
import ssl
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Behave = Callable[[ssl.SSLSocket], None]


@dataclass
class Received:
    """One request as it came: head and body in bytes."""

    head: bytes
    body: bytes

    def header(self, name: str) -> str:
        for line in self.head.split(b"\r\n")[1:]:
            key, _, value = line.partition(b": ")
            if key.decode().lower() == name.lower():
                return value.decode()
        return ""


@dataclass
class Server:
    port: int
    requests: list[Received] = field(default_factory=list)
    connections: int = 0
    behave: Behave | None = None
    answer: bytes = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

    def url(self, path: str = "/hook") -> str:
        return f"https://localhost:{self.port}{path}"


@contextmanager
def serving(
    folder: Path, *, name: str = "localhost", trusted: bool = True, version: str = ""
) -> Iterator[tuple[Server, Path]]:
    """The server and the file of the authority to trust; `trusted=False` signs with another authority."""
    authority, key = _authority()
    ca = folder / "ca.pem"
    ca.write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    signer = (authority, key) if trusted else _authority()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if version:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # that it is old is what the test is about
            context.minimum_version = context.maximum_version = ssl.TLSVersion[version]
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.load_cert_chain(*_certificate(folder, name, *signer))
    listener = socket.create_server(("127.0.0.1", 0))
    server = Server(listener.getsockname()[1])
    threading.Thread(target=_accept, args=(listener, context, server), daemon=True).start()
    try:
        yield server, ca
    finally:
        listener.close()


def _accept(listener: socket.socket, context: ssl.SSLContext, server: Server) -> None:
    while True:
        try:
            raw, _ = listener.accept()
        except OSError:
            return
        server.connections += 1
        threading.Thread(target=_talk, args=(raw, context, server), daemon=True).start()


def _talk(raw: socket.socket, context: ssl.SSLContext, server: Server) -> None:
    try:
        with raw, context.wrap_socket(raw, server_side=True) as tls:
            tls.settimeout(20)
            server.requests.append(_read(tls))
            if server.behave:
                server.behave(tls)
            else:
                tls.sendall(server.answer)
    except OSError:
        pass  # the caller went away, or did not like the certificate


def _read(tls: ssl.SSLSocket) -> Received:
    data = b""
    while b"\r\n\r\n" not in data:
        data += tls.recv(4096)
    head, _, body = data.partition(b"\r\n\r\n")
    length = int(Received(head, b"").header("Content-Length"))
    while len(body) < length:
        body += tls.recv(4096)
    return Received(head, body)


def silent(tls: ssl.SSLSocket) -> None:
    time.sleep(15)


def drip(tls: ssl.SSLSocket) -> None:
    """A byte of the status line a second: no single wait is ever long."""
    for sign in b"HTTP/1.1 200 OK\r\n\r\n":
        tls.sendall(bytes([sign]))
        time.sleep(0.9)


def huge(tls: ssl.SSLSocket) -> None:
    """No end of line, for ever."""
    while True:
        tls.sendall(b"A" * 65536)


def huge_body(tls: ssl.SSLSocket) -> None:
    tls.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        tls.sendall(b"A" * 65536)


def no_http(tls: ssl.SSLSocket) -> None:
    tls.sendall(b"220 mail.example.test ESMTP\r\n")


def hang_up(tls: ssl.SSLSocket) -> None:
    return


def _authority() -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test authority")])
    builder = _builder(name, name, key.public_key())
    usage = x509.KeyUsage(
        digital_signature=True, key_cert_sign=True, crl_sign=True, content_commitment=False, key_encipherment=False,
        data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    builder = builder.add_extension(usage, critical=True)
    builder = builder.add_extension(
        x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
    )
    return builder.sign(key, hashes.SHA256()), key


def _certificate(
    folder: Path, name: str, authority: x509.Certificate, signer: ec.EllipticCurvePrivateKey
) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = _builder(subject, authority.subject, key.public_key())
    names = x509.SubjectAlternativeName(
        [x509.DNSName(name), x509.IPAddress(ipaddress.ip_address("127.0.0.9"))]
    )
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    made = builder.add_extension(names, critical=False).add_extension(identifier, critical=False)
    certificate, secret = folder / "server.pem", folder / "server.key"
    certificate.write_bytes(made.sign(signer, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return certificate, secret


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=2))
    )
