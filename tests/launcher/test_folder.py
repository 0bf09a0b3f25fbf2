"""The data folder: its secrets, its lock, what is said when it cannot be used."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from chiba_ward.sealed import keyring
from launcher.folder import LOG_LIMIT, DataFolder, open_log
from launcher.talk import Refusal


@pytest.fixture
def folder(data: Path) -> DataFolder:
    made = DataFolder(data)
    made.create()
    return made


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_secrets_are_random_private_and_stay(folder: DataFolder, tmp_path: Path) -> None:
    made = folder.secrets()
    assert DataFolder(folder.path).secrets() == made
    assert mode(folder.path / "secrets.json") == 0o600
    assert mode(folder.path) == 0o700
    assert len(made["secret_key"]) >= 50
    assert len(made["pepper"]) == 64
    assert {keyring.parse(made[name]).current.id for name in ("seal_keys", "search_keys")} == {"k1", "s1"}
    other = DataFolder(tmp_path / "other")
    other.create()
    assert set(other.secrets().values()).isdisjoint(made.values())


def test_lost_secrets_beside_old_data_are_not_replaced(folder: DataFolder) -> None:
    folder.postgres.mkdir()
    with pytest.raises(Refusal, match=r"控えから戻してください"):
        folder.secrets()


def test_a_folder_from_before_gets_the_keys_it_lacks_and_keeps_the_others(folder: DataFolder) -> None:
    file = folder.path / "secrets.json"
    older = {name: word for name, word in folder.secrets().items() if not name.endswith("_keys")}
    file.write_text(json.dumps(older), encoding="utf-8")
    folder.postgres.mkdir()
    now = folder.secrets()
    assert {name: now[name] for name in older} == older
    assert keyring.parse(now["seal_keys"]).current.secret != keyring.parse(now["search_keys"]).current.secret
    assert folder.secrets() == now == json.loads(file.read_text(encoding="utf-8"))
    assert mode(file) == 0o600


def test_one_holder_at_a_time(folder: DataFolder) -> None:
    with folder.held():
        with pytest.raises(Refusal, match=r"すでに動いています"), DataFolder(folder.path).held():
            pass
    with folder.held():
        pass


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(Refusal, match=r"書き込めません") as refused:
        DataFolder(tmp_path / "file" / "portal").create()
    assert "PORTAL_DATA_DIR" in str(refused.value)


def test_the_environment_names_servers_and_keys(folder: DataFolder) -> None:
    folder.secrets()
    ports = folder.choose_ports()
    environ = folder.environ()
    assert environ["DATABASE_URL"].endswith(f"@127.0.0.1:{ports['postgres']}/portal")
    assert environ["PORTAL_SEAL_KEYS"].startswith("k1:")
    assert environ["PORTAL_SEARCH_KEYS"].startswith("s1:")
    assert environ["REDIS_URL"].endswith(f"@127.0.0.1:{ports['broker']}/0")
    assert folder.choose_ports() == ports


def test_a_long_log_is_put_aside(folder: DataFolder) -> None:
    file = folder.log("web")
    file.write_bytes(b"x" * (LOG_LIMIT + 1))
    with open_log(file) as log:
        log.write(b"new")
    assert file.read_bytes() == b"new"
    assert file.with_suffix(".log.1").stat().st_size == LOG_LIMIT + 1
