"""Rows and blobs agree, or the difference is found, told and put right (FI8)."""

import datetime as dt
import json
import os
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from chiba_ward.access.actor import SYSTEM, actor_of
from chiba_ward.casework import attachments, blobs, drafts, file_duties, file_owners, reconciliation, tasks
from chiba_ward.casework.enums import AttachmentState as S
from chiba_ward.casework.enums import Audience
from chiba_ward.casework.models import Attachment, DraftFile, FileCheck
from chiba_ward.casework.reconciliation import FOLDERS, NIGHTS, Held, Owner, reconcile
from chiba_ward.directory.enums import Role
from tests.casework.support import fetch, files_in, key_holder, make_matter, picture
from tests.factories import make_posting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


def age(name: str, days: int = 2) -> str:
    then = (timezone.now() - dt.timedelta(days=days)).timestamp()
    os.utime(default_storage.path(name), (then, then))
    return name


def kept(audience: Audience = Audience.CITIZEN) -> Attachment:
    file = attachments.attach(make_matter(), picture(), SYSTEM, audience=audience)
    age(file.blob.name)
    return file


def test_when_all_agree_nothing_is_said(media: Path) -> None:
    kept()
    attachments.add_to_draft(drafts.start("probe"), picture())
    report = reconcile(repair=True)
    assert vars(report) == vars(reconciliation.Report(rows=2, blobs=2, verified=2))
    assert report.agrees


def test_each_difference_is_found_and_only_old_litter_removed(media: Path) -> None:
    whole, lost, damaged = kept(), kept(), kept()
    Path(lost.blob.path).unlink()
    Path(damaged.blob.path).write_bytes(b"another")
    draft_file = attachments.add_to_draft(drafts.start("probe"), picture())
    Path(draft_file.blob.path).unlink()
    young, old = blobs.write(b"young"), age(blobs.write(b"old"))
    stranger = media / "backup.tar"
    stranger.write_bytes(b"x")
    age("backup.tar")
    report = reconcile()
    assert (report.rows, report.missing, report.damaged, report.orphans, report.leftovers) == (4, 2, 1, 1, 1)
    assert report.repaired == 0
    assert not report.agrees
    assert {(one["what"], one.get("table")) for one in report.findings} == {
        ("missing", "attachment"),
        ("missing", "draft"),
        ("damaged", "attachment"),
        ("orphans", None),
        ("leftovers", None),
    }
    assert [default_storage.exists(name) for name in (young, old, whole.blob.name)] == [True, False, True]
    assert stranger.exists()
    assert set(Attachment.objects.values_list("state", flat=True).distinct()) == {S.CLEAN}


def test_what_is_lost_is_given_up_on_request_and_comes_back_when_it_is_whole(media: Path) -> None:
    file, of_the_house = kept(), kept(Audience.HOUSE)
    stored = {one: Path(one.blob.path).read_bytes() for one in (file, of_the_house)}
    other = kept()
    for one in stored:
        Path(one.blob.path).unlink()
    assert reconcile(repair=True).repaired == 2
    file.refresh_from_db()
    assert file.state == S.LOST
    assert fetch(key_holder(file.matter_id), file).status_code == 404
    assert [line.kind for line in file.matter.timeline.for_citizen()] == ["file.lost"]
    assert not of_the_house.matter.timeline.for_citizen().exists()
    again = reconcile(repair=True)
    assert (again.missing, again.repaired, again.agrees) == (0, 0, True), "it is told once"
    Path(file.blob.path).write_bytes(b"not the same")
    assert reconcile(repair=True).repaired == 0
    Path(file.blob.path).write_bytes(stored[file])
    assert reconcile().repaired == 0
    assert reconcile(repair=True).repaired == 1
    file.refresh_from_db()
    assert file.state == S.CLEAN
    assert fetch(key_holder(file.matter_id), file).body == stored[file]
    assert other.state == S.CLEAN


def test_a_file_that_came_back_waits_for_the_scanner(settings: Any) -> None:
    file = kept()
    content = Path(file.blob.path).read_bytes()
    kept()
    Path(file.blob.path).unlink()
    reconcile(repair=True)
    settings.PORTAL_CLAMD = "tcp://127.0.0.1:1"
    Path(file.blob.path).write_bytes(content)
    reconcile(repair=True)
    file.refresh_from_db()
    assert (file.state, file.scanned_at) == (S.CHECKING, None)


def test_a_store_that_is_not_there_gives_nothing_up(media: Path) -> None:
    """A forgotten mount must not tell every resident that their file is lost."""
    file = kept()
    media.rename(media.with_name("elsewhere"))
    assert reconcile().missing == 1
    with pytest.raises(reconciliation.StoreAway):
        reconcile(repair=True)
    with pytest.raises(CommandError, match="何も変えていません"):
        call_command("reconcile_files", "--repair")
    file.refresh_from_db()
    assert file.state == S.CLEAN


def test_a_file_that_moves_from_its_draft_meanwhile_is_not_taken_for_litter(
    media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the question for the drafts and that for the matters it changes its table."""
    draft, matter = drafts.start("probe"), make_matter()
    file = attachments.add_to_draft(draft, picture())
    age(file.blob.name)

    def moved_meanwhile(folder: str) -> Any:
        found = list(file_owners._of_drafts(folder))
        if found and not Attachment.objects.exists():
            with transaction.atomic():
                attachments.move_draft_files(draft, matter, SYSTEM)
        return found

    owners = [Owner("draft", moved_meanwhile), *reconciliation._owners[1:]]
    assert [owner.table for owner in reconciliation._owners] == ["draft", "attachment", "document"]
    monkeypatch.setattr(reconciliation, "_owners", owners)
    assert reconcile().orphans == 0
    assert not DraftFile.objects.exists()
    assert default_storage.exists(file.blob.name)


def test_a_row_that_comes_right_before_the_deletion_saves_its_blob(
    media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = age(blobs.write(b"late"))
    asked: list[str] = []

    def late(folder: str) -> list[Held]:
        asked.append(folder)
        return [Held(1, name, "")] if asked.count(folder) > 1 else []

    monkeypatch.setattr(reconciliation, "_owners", [Owner("late", late)])
    assert reconcile().orphans == 0
    assert default_storage.exists(name)


def test_the_quarantine_is_compared_too(media: Path) -> None:
    file = kept()
    new = blobs.moved(file.blob.name, to_quarantine=True)
    assert reconcile().orphans == 0, "until the commit the new name has no row: it must be young"
    assert default_storage.exists(new)
    Attachment.objects.update(blob=new)
    left = blobs.moved(blobs.write(b"left"), to_quarantine=True)
    for name in (new, left):
        age(name)  # and with it the name that it had before, which is the same file
    report = reconcile()
    assert (report.rows, report.missing, report.orphans) == (1, 0, 3)
    assert not default_storage.exists(left)
    assert files_in(media) == [Path(default_storage.path(new))]


def test_a_night_goes_on_where_the_last_stretch_ended(media: Path) -> None:
    files = [kept() for _ in range(3)]
    Path(files[0].blob.path).unlink()
    now = timezone.now()
    for _ in range(len(FOLDERS) * 2):
        check = reconciliation.nightly(budget=0.02, now=now)
        if check is None:
            break
    [check] = FileCheck.objects.all()
    assert check.finished_at is not None
    assert (check.position, check.rows, check.missing) == (len(FOLDERS), 3, 1)
    assert tasks.reconcile_files() is False, "once a night is enough"
    assert reconciliation.nightly(now=now + dt.timedelta(hours=23)) is not None
    assert FileCheck.objects.count() == 2


def test_in_a_week_of_nights_every_blob_is_read_through(media: Path) -> None:
    assert sorted(one for night in range(NIGHTS) for one in FOLDERS[night::NIGHTS]) == sorted(FOLDERS)
    file = kept()
    Path(file.blob.path).write_bytes(b"another")
    turn = FOLDERS.index(file.blob.name[:2]) % NIGHTS
    now = timezone.now()
    now += dt.timedelta(days=(turn - timezone.localdate(now).toordinal()) % NIGHTS)
    nights = [reconciliation.nightly(now=now + dt.timedelta(days=day)) for day in (0, 1)]
    assert [night and (night.verified, night.damaged) for night in nights] == [(1, 1), (0, 0)]


def test_the_result_is_where_administrators_look(media: Path, as_role: Any) -> None:
    file, _whole = kept(), kept()
    Path(file.blob.path).unlink()
    assert file_duties.in_order()
    check = reconciliation.nightly()
    assert check
    assert not file_duties.in_order()
    posting = make_posting(Role.SYSTEM_ADMIN)
    [group] = file_duties.file_duties(actor_of(posting.person, posting))
    assert "1件" in group.items[0].label
    admin = as_role(Role.SYSTEM_ADMIN)
    page = admin.get(reverse("admin:casework_filecheck_change", args=[check.pk])).content.decode()
    assert "ファイルがない" in page
    assert file.blob.name in page
    assert admin.get(reverse("admin:casework_filecheck_changelist")).status_code == 200
    assert admin.get("/readyz").content == b"behind"
    reconcile(repair=True)
    reconciliation.nightly(now=timezone.now() + dt.timedelta(days=1))
    assert file_duties.in_order()


def test_the_command_says_what_it_found(media: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, damaged = kept(), kept()
    call_command("reconcile_files")
    assert "ファイルのない行 0" in capsys.readouterr().out
    Path(file.blob.path).unlink()
    Path(damaged.blob.path).write_bytes(b"another")
    with pytest.raises(SystemExit) as ended:
        call_command("reconcile_files", "--json")
    assert ended.value.code == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["missing"], told["damaged"], len(told["findings"])) == (1, 1, 2)
    with pytest.raises(SystemExit):
        call_command("reconcile_files", "--quick", "--json")
    assert json.loads(capsys.readouterr().out)["damaged"] == 0
    with pytest.raises(SystemExit):
        call_command("reconcile_files", "--repair")
    assert f"attachment {file.pk} {file.blob.name}" in capsys.readouterr().out
    call_command("reconcile_files")
    assert FileCheck.objects.count() == 5


def test_what_could_not_be_written_whole_is_taken_away(media: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(OSError, match="No space"):
        blobs.write(b"half")
    assert files_in(media) == []


def test_a_blob_stands_before_its_row(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bool] = []
    save = Attachment.save

    def watched(self: Attachment, *args: Any, **kwargs: Any) -> None:
        seen.append(default_storage.exists(self.blob.name))
        save(self, *args, **kwargs)

    monkeypatch.setattr(Attachment, "save", watched)
    attachments.attach(make_matter(), picture(), SYSTEM)
    assert seen == [True]
