"""`up` says plainly why it cannot start, before it changes anything."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from launcher.folder import DataFolder, free_port
from launcher.portal import beat_arguments, reserve_port
from launcher.up import welcome

Manage = Callable[..., subprocess.CompletedProcess[str]]


def test_a_taken_port_is_said_before_anything_is_made(manage: Manage, data: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        outcome = manage("up", "--port", str(port))
    assert outcome.returncode == 2
    assert f"ポート {port} を使えません" in outcome.stderr
    assert f"Port {port} cannot be used" in outcome.stderr
    assert "Traceback" not in outcome.stderr
    assert not data.exists()


def test_a_second_start_on_the_same_data_is_refused(manage: Manage, data: Path) -> None:
    folder = DataFolder(data)
    folder.create()
    with folder.held():
        outcome = manage("up", "--port", str(free_port()))
    assert outcome.returncode == 2
    assert "すでに動いています" in outcome.stderr
    assert not folder.postgres.exists()


def test_the_reserved_port_lets_early_visitors_wait() -> None:
    with reserve_port(0) as listener, socket.create_connection(listener.getsockname(), timeout=1) as visitor:
        accepted, _ = listener.accept()
        with accepted:
            accepted.sendall(b"ok")
            assert visitor.recv(2) == b"ok"


@pytest.mark.parametrize("port", [-1, 70000])
def test_an_impossible_port_is_refused(manage: Manage, port: int) -> None:
    outcome = manage("up", "--port", str(port))
    assert outcome.returncode == 2
    assert "を使えません" in outcome.stderr


def test_the_welcome_names_every_face_and_the_accounts(data: Path) -> None:
    text = welcome(8123, DataFolder(data), "デモの利用者\n", 3.2)
    for face in ("/", "/admin/", "/partner/", "/progress/", "/api/v1/docs/"):
        assert f"http://127.0.0.1:8123{face}" in text
    assert "デモの利用者" in text
    assert str(data) in text


def test_the_clock_leaves_no_pid_file(data: Path) -> None:
    assert "--pidfile=" in beat_arguments(data)
