"""Nobody opens a file before the verdict, and a verdict comes by itself once the scanner is back (FI6, F9)."""

import datetime as dt
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from chiba_ward.access.actor import SYSTEM, Actor, actor_of
from chiba_ward.casework import attachments, drafts, file_duties, scans, sentences, tasks
from chiba_ward.casework.enums import AttachmentState as S
from chiba_ward.casework.enums import Audience
from chiba_ward.casework.files import RejectedUpload, Rejection, clean_upload, first_look
from chiba_ward.casework.files.scanner import EICAR
from chiba_ward.casework.models import Attachment
from chiba_ward.directory.enums import Role
from chiba_ward.outbox import publishing
from chiba_ward.outbox import services as outbox
from chiba_ward.outbox.enums import Outcome
from chiba_ward.outbox.models import OutboxEntry
from tests.casework.clamd_server import ClamdServer
from tests.casework.corpus.pictures import picture as drawn
from tests.casework.support import ALLOWED, fetch, files_in, key_holder, make_matter, picture
from tests.factories import make_office, make_posting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
CLEANED = b"JFIF"  # in the rebuilt photograph
ORIGINAL = b"only-in-the-original"


@pytest.fixture
def clamd(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[ClamdServer]:
    server = ClamdServer()
    settings.PORTAL_CLAMD = server.url
    monkeypatch.setattr(first_look, "SECONDS", 0.3)
    monkeypatch.setattr(scans, "PING_SECONDS", 0.3)
    monkeypatch.setattr(scans, "SCAN_SECONDS", 0.3)
    for breaker in (scans.breaker, first_look.breaker, publishing.breaker):
        breaker.reset()
    yield server
    server.stop()
    scans.breaker.reset()
    first_look.breaker.reset()


def kept(audience: Audience = Audience.CITIZEN) -> Attachment:
    return attachments.attach(make_matter(), picture(), SYSTEM, audience=audience)


def entry_of(file: Attachment) -> OutboxEntry:
    return OutboxEntry.objects.filter(kind=scans.SCAN, payload__attachment=file.pk).order_by("-id")[0]


def run(file: Attachment) -> Outcome:
    """The outbox runs the entry now, whatever pause it is in."""
    entry = entry_of(file)
    OutboxEntry.objects.filter(pk=entry.pk).update(available_at=timezone.now())
    outcome = outbox.run_entry(entry.pk)
    file.refresh_from_db()
    return outcome


def test_nobody_opens_it_before_the_verdict_the_uploader_included(clamd: ClamdServer, as_role: Any) -> None:
    file = kept()
    assert (file.state, file.scanned_at) == (S.CHECKING, None)
    office = make_office()
    ALLOWED.add((file.matter_id, office.pk))
    readers = [key_holder(file.matter_id), as_role(Role.SECTION, office=office)]
    assert [fetch(one, file).status_code for one in readers] == [404, 404]
    assert run(file) == Outcome.DONE
    assert file.state == S.CLEAN
    assert file.scanned_at is not None
    assert [fetch(one, file).status_code for one in readers] == [200, 200]
    with default_storage.open(file.blob.name) as stored:
        assert clamd.seen[-1] == stored.read(), "what was scanned is what is served"


def test_the_verdict_is_asked_for_once_and_recorded_once(clamd: ClamdServer) -> None:
    file = kept()
    scans.owe(file)
    assert OutboxEntry.objects.filter(kind=scans.SCAN).count() == 1
    assert run(file) == Outcome.DONE
    scanned_at, asked = file.scanned_at, len(clamd.seen)
    assert run(file) == Outcome.SKIPPED
    scans.ScanEffect().settle({"attachment": file.pk}, scans.Verdict(infected=True))
    file.refresh_from_db()
    assert (file.state, file.scanned_at, len(clamd.seen)) == (S.CLEAN, scanned_at, asked)


@pytest.mark.parametrize(
    ("trouble", "says"),
    [
        ({"mode": "hang"}, "ScannerAway"),
        ({"mode": "garbage"}, "NotJudged"),
        ({"mode": "cut"}, "NotJudged"),
        ({"mode": "closes"}, "NotJudged"),
        ({"mode": "limits"}, "NotJudged"),
        ({"limit": 100}, "NotJudged"),
        ({"delay": 1.0}, "NotJudged"),
    ],
)
def test_a_scanner_in_trouble_passes_nothing(clamd: ClamdServer, trouble: dict[str, Any], says: str) -> None:
    file = kept()
    for name, value in trouble.items():
        setattr(clamd, name, value)
    assert run(file) == Outcome.FAILED
    assert file.state == S.CHECKING
    assert fetch(key_holder(file.matter_id), file).status_code == 404
    assert entry_of(file).last_error.startswith(says)


def test_a_file_that_is_not_what_was_written_is_not_passed(clamd: ClamdServer, media: Path) -> None:
    file = kept()
    Path(file.blob.path).write_bytes(b"another")
    assert run(file) == Outcome.FAILED
    assert clamd.seen[1:] == [], "it was not even sent"
    assert file.state == S.CHECKING


def test_one_that_is_away_is_left_alone_for_a_while_by_all_files(clamd: ClamdServer) -> None:
    first, second = kept(), kept()
    clamd.stop()
    run(first)
    clamd.start()
    asked = len(clamd.asked)
    assert run(second) == Outcome.FAILED
    assert len(clamd.asked) == asked
    assert "ScannerAway" in entry_of(second).last_error


def give_up_on(file: Attachment) -> None:
    OutboxEntry.objects.filter(pk=entry_of(file).pk).update(attempts=outbox.MAX_ATTEMPTS - 1)
    scans.breaker.reset()
    assert run(file) == Outcome.DEAD


def test_after_the_last_try_it_is_still_no_pass_and_staff_are_told(clamd: ClamdServer) -> None:
    file = kept()
    clamd.mode = "garbage"
    give_up_on(file)
    assert file.state == S.QUARANTINED
    assert fetch(key_holder(file.matter_id), file).status_code == 404
    [line] = file.matter.timeline.filter(kind="file.not_scanned")
    assert line.audience == Audience.HOUSE


def test_everything_comes_clean_by_itself_once_the_scanner_is_back(clamd: ClamdServer) -> None:
    waiting, given_up, judged_once = kept(), kept(), kept()
    clamd.stop()
    scans.breaker.reset()
    run(waiting)
    give_up_on(given_up)
    assert scans.look_again() == 0, "it is still away"
    clamd.start()
    assert entry_of(waiting).available_at > timezone.now()
    assert tasks.scan_again() == 2
    outbox.run_pending_now()
    states = Attachment.objects.order_by("id").values_list("state", flat=True)
    assert list(states) == [S.CLEAN] * 3
    assert judged_once.pk
    [line] = given_up.matter.timeline.filter(kind="file.scanned_after_all")
    assert line.audience == Audience.HOUSE
    assert scans.look_again() == 0


def test_what_the_scanner_itself_cannot_judge_rests_a_day_between_rounds(clamd: ClamdServer) -> None:
    file = kept()
    clamd.limit = 100
    give_up_on(file)
    assert scans.look_again() == 0
    OutboxEntry.objects.update(dead_at=timezone.now() - dt.timedelta(days=2))
    assert scans.look_again() == 1
    clamd.limit = 10**9
    outbox.run_pending_now()
    file.refresh_from_db()
    assert file.state == S.CLEAN


def test_files_from_before_the_scanner_are_scanned_too_and_stay_open_meanwhile(
    settings: Any, clamd: ClamdServer
) -> None:
    settings.PORTAL_CLAMD = ""
    file = kept()
    assert (file.state, file.scanned_at) == (S.CLEAN, None)
    assert not OutboxEntry.objects.filter(kind=scans.SCAN).exists()
    assert scans.look_again() == 0
    settings.PORTAL_CLAMD = clamd.url
    assert fetch(key_holder(file.matter_id), file).status_code == 200
    assert scans.look_again() == 1
    clamd.signatures["Test.One"] = CLEANED
    outbox.run_pending_now()
    file.refresh_from_db()
    assert file.state == S.INFECTED


def test_a_scanner_that_is_no_longer_configured_passes_nothing_that_waits(
    settings: Any, clamd: ClamdServer
) -> None:
    file = kept()
    settings.PORTAL_CLAMD = ""
    assert run(file) == Outcome.FAILED
    assert file.state == S.CHECKING


# -- infected


def infect(clamd: ClamdServer, file: Attachment, commits: Any) -> None:
    clamd.signatures["Win.Test.FamilyName-1"] = CLEANED
    with commits(execute=True):
        assert run(file) == Outcome.DONE


def test_an_infected_file_is_out_of_reach_and_said_in_plain_words(
    clamd: ClamdServer, media: Path, as_role: Any, django_capture_on_commit_callbacks: Any
) -> None:
    file = kept()
    before = file.blob.name
    infect(clamd, file, django_capture_on_commit_callbacks)
    assert (file.state, file.signature) == (S.INFECTED, "Win.Test.FamilyName-1")
    assert not default_storage.exists(before)
    assert [path.relative_to(media).parts[0] for path in files_in(media)] == ["quarantine"]
    office = make_office()
    ALLOWED.add((file.matter_id, office.pk))
    for client in (
        key_holder(file.matter_id),
        as_role(Role.SECTION, office=office),
        as_role(Role.SYSTEM_ADMIN),
    ):
        assert fetch(client, file).status_code == 404
    with pytest.raises(attachments.Http404):
        attachments.serve_blob(file.blob.name, file.sha256, "x", "image/jpeg")
    [line] = file.matter.timeline.for_citizen()
    for language in ("ja", "ja-easy", "en"):
        told = sentences.sentence(line, language)
        assert told
        assert "FamilyName" not in told
    assert "FamilyName" not in f"{line.text}{line.data}{line.actor_label}"


def test_of_a_file_of_the_house_the_resident_hears_nothing(
    clamd: ClamdServer, django_capture_on_commit_callbacks: Any
) -> None:
    file = kept(Audience.HOUSE)
    infect(clamd, file, django_capture_on_commit_callbacks)
    assert not file.matter.timeline.for_citizen().exists()
    assert file.matter.timeline.filter(kind="file.infected", audience=Audience.HOUSE).count() == 1


def test_a_false_alarm_can_be_judged_again(
    clamd: ClamdServer, as_role: Any, media: Path, django_capture_on_commit_callbacks: Any
) -> None:
    file, clean = kept(), kept()
    run(clean)
    infect(clamd, file, django_capture_on_commit_callbacks)
    admin = as_role(Role.SYSTEM_ADMIN)
    page = reverse("admin:casework_attachment_changelist")
    assert "Win.Test.FamilyName-1" in admin.get(page).content.decode()
    chosen = {"action": "scan_anew", "_selected_action": [file.pk, clean.pk]}
    said = admin.post(page, chosen, follow=True).content.decode()
    assert "1 件を、もう一度検査します" in said
    assert "1 件は、検査の結果が出ているか" in said
    clamd.signatures.clear()
    with django_capture_on_commit_callbacks(execute=True):
        assert run(file) == Outcome.DONE
    assert (file.state, file.signature) == (S.CLEAN, "")
    assert fetch(key_holder(file.matter_id), file).status_code == 200
    assert len(files_in(media)) == 2
    assert "quarantine" not in {path.relative_to(media).parts[0] for path in files_in(media)}


def test_what_is_in_quarantine_goes_after_its_days_and_the_row_stays(
    clamd: ClamdServer, media: Path, django_capture_on_commit_callbacks: Any
) -> None:
    file = kept()
    infect(clamd, file, django_capture_on_commit_callbacks)
    assert tasks.purge_infected() == 0
    Attachment.objects.update(scanned_at=timezone.now() - dt.timedelta(days=31))
    with django_capture_on_commit_callbacks(execute=True):
        assert tasks.purge_infected() == 1
    assert files_in(media) == []
    file.refresh_from_db()
    assert (file.state, file.blob.name) == (S.INFECTED, "")
    assert not scans.scan_anew(file)


def test_a_move_into_quarantine_needs_no_hard_links(media: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: Any) -> None:
        raise PermissionError

    name = kept().blob.name
    with default_storage.open(name) as stored:
        content = stored.read()
    monkeypatch.setattr("os.link", no_links)
    new = scans.blobs.moved(name, to_quarantine=True)
    assert new.startswith("quarantine/")
    with default_storage.open(new) as moved:
        assert moved.read() == content


def test_the_database_knows_that_infected_means_scanned() -> None:
    file = kept()
    with pytest.raises(IntegrityError, match="attachment_infected_was_scanned"), transaction.atomic():
        Attachment.objects.filter(pk=file.pk).update(state=S.INFECTED, scanned_at=None)
    other = kept()
    with pytest.raises(IntegrityError, match="attachment_owns_its_blob"), transaction.atomic():
        Attachment.objects.filter(pk=file.pk).update(blob=other.blob.name)


# -- the original


def jpeg_with_tail() -> io.BytesIO:
    return io.BytesIO(drawn() + ORIGINAL)


def test_what_the_scanner_knows_is_refused_before_it_is_parsed(clamd: ClamdServer, media: Path) -> None:
    """A signature that only the original bears: cleaned, it would have passed."""
    clamd.signatures["Test.Original"] = ORIGINAL
    with pytest.raises(RejectedUpload) as refused:
        clean_upload(jpeg_with_tail(), "a.jpg")
    assert refused.value.code == Rejection.INFECTED
    assert "Test.Original" not in str(refused.value.message)
    upload = SimpleUploadedFile("a.jpg", jpeg_with_tail().getvalue())
    with pytest.raises(RejectedUpload):
        attachments.add_to_draft(drafts.start("probe"), upload)
    assert files_in(media) == []


@pytest.mark.parametrize("mode", ["hang", "garbage", "closes", "away"])
def test_a_first_look_that_fails_delays_nobody_and_passes_nothing(clamd: ClamdServer, mode: str) -> None:
    clamd.stop() if mode == "away" else setattr(clamd, "mode", mode)
    began = timezone.now()
    file = kept()
    assert file.state == S.CHECKING
    kept()
    assert (timezone.now() - began).total_seconds() < 5


def test_after_silence_the_first_look_is_left_out_for_a_while(clamd: ClamdServer) -> None:
    clamd.stop()
    first_look.refuse_infected(jpeg_with_tail())
    clamd.start()
    first_look.refuse_infected(jpeg_with_tail())
    assert clamd.asked == []


def test_a_draft_hands_its_files_over_unopened(clamd: ClamdServer) -> None:
    draft, matter = drafts.start("probe"), make_matter()
    attachments.add_to_draft(draft, picture())
    with transaction.atomic():
        [file] = attachments.move_draft_files(draft, matter, SYSTEM)
    assert file.state == S.CHECKING
    assert run(file) == Outcome.DONE
    assert file.state == S.CLEAN


# -- who is told


def test_the_administrator_owes_what_waits_too_long(clamd: ClamdServer) -> None:
    posting = make_posting(Role.SYSTEM_ADMIN)
    admin = actor_of(posting.person, posting)
    file = kept()
    assert list(file_duties.file_duties(admin)) == []
    assert file_duties.in_order()
    Attachment.objects.filter(pk=file.pk).update(created_at=timezone.now() - dt.timedelta(hours=1))
    [group] = file_duties.file_duties(admin)
    assert "1件" in group.items[0].label
    assert not file_duties.in_order()
    assert list(file_duties.file_duties(Actor())) == []


def test_the_command_proves_that_the_scanner_finds_something(
    clamd: ClamdServer, settings: Any, capsys: Any
) -> None:
    with pytest.raises(CommandError, match="定義ファイル"):
        call_command("check_scanner")
    clamd.signatures["Eicar-Signature"] = EICAR
    call_command("check_scanner")
    assert "働いています" in capsys.readouterr().out
    clamd.stop()
    with pytest.raises(CommandError, match="away"):
        call_command("check_scanner")
    settings.PORTAL_CLAMD = "none"
    with pytest.raises(CommandError, match="PORTAL_CLAMD"):
        call_command("check_scanner")
