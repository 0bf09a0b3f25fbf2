import datetime as dt
import io
import os
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import Http404
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from chiba_ward.access import case_keys
from chiba_ward.access.actor import CASE_KEY, SYSTEM, Actor, actor_of
from chiba_ward.casework import attachments, blobs, drafts, matters
from chiba_ward.casework.enums import AttachmentState, Audience
from chiba_ward.casework.files import RejectedUpload
from chiba_ward.casework.models import Attachment, DraftFile
from chiba_ward.directory.enums import Role
from tests.casework.support import ALLOWED, KIND, make_matter, picture, sees
from tests.factories import make_office, make_posting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


def files_in(media: Path) -> list[Path]:
    return [path for path in media.rglob("*") if path.is_file()]


def test_a_file_is_kept_clean_under_a_name_that_says_nothing(media: Path) -> None:
    photo = picture()
    exif = Image.Exif()
    exif[0x010E] = "CANARY-EXIF"
    stream = io.BytesIO()
    Image.new("RGB", (20, 20)).save(stream, "JPEG", exif=exif)
    photo = SimpleUploadedFile("佐藤花子の診断書.jpg", stream.getvalue(), "image/jpeg")
    kept = attachments.attach(make_matter(), photo, SYSTEM)
    assert kept.display_name == "添付1.jpg"
    assert (kept.content_type, kept.state, kept.audience) == (
        "image/jpeg",
        AttachmentState.CLEAN,
        Audience.CITIZEN,
    )
    [path] = files_in(media)
    content = path.read_bytes()
    assert b"CANARY-EXIF" not in content
    assert len(content) == kept.size
    assert path.name == Path(kept.blob.name).name
    assert "佐藤" not in str(path)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("手紙.docx", b"PK\x03\x04", "この種類のファイルは受け取れません"),
        ("写真.jpg", b"", "中身が空です"),
        ("写真.jpg", b"<html>not a picture</html>", "この種類のファイル"),
        ("写真.jpg", b"\xff\xd8\xff" + b"0" * (10 * 1024 * 1024), "10MBまで"),
    ],
)
def test_a_refused_file_says_what_to_do_and_leaves_nothing(
    name: str, content: bytes, words: str, media: Path
) -> None:
    with pytest.raises(RejectedUpload) as refused:
        attachments.attach(make_matter(), SimpleUploadedFile(name, content, ""), SYSTEM)
    assert words in str(refused.value.message)
    assert Attachment.objects.count() == 0
    assert files_in(media) == []


def test_five_files_at_once_all_or_none(media: Path) -> None:
    matter = make_matter()
    with pytest.raises(attachments.TooManyFiles) as refused:
        attachments.attach_all(matter, [picture() for _ in range(6)], SYSTEM)
    assert "5つまで" in str(refused.value.message)
    with pytest.raises(RejectedUpload):
        attachments.attach_all(matter, [picture(), SimpleUploadedFile("x.exe", b"MZ")], SYSTEM)
    assert files_in(media) == []
    kept = attachments.attach_all(matter, [picture(), picture()], SYSTEM)
    assert [file.display_name for file in kept] == ["添付1.jpg", "添付2.jpg"]


def test_a_day_has_a_quota_for_those_who_are_not_staff(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachments, "MAX_PER_DAY", 2)
    matter, posting = make_matter(), make_posting()
    attachments.attach_all(matter, [picture(), picture()], SYSTEM)
    with pytest.raises(attachments.TooManyFiles):
        attachments.attach(matter, picture(), SYSTEM)
    attachments.attach(matter, picture(), actor_of(posting.person, posting))
    Attachment.objects.update(created_at=timezone.now() - dt.timedelta(days=2))
    attachments.attach(matter, picture(), SYSTEM)


def test_the_files_of_a_draft_go_to_the_matter_without_being_copied(media: Path) -> None:
    draft, matter = drafts.start("probe"), make_matter()
    first = attachments.add_to_draft(draft, picture())
    second = attachments.add_to_draft(draft, picture())
    with transaction.atomic():
        moved = attachments.move_draft_files(draft, matter, SYSTEM)
    assert [file.blob.name for file in moved] == [first.blob.name, second.blob.name]
    assert DraftFile.objects.count() == 0
    assert len(files_in(media)) == 2


def test_a_draft_holds_five_files_and_gives_one_back(
    media: Path, django_capture_on_commit_callbacks: Any
) -> None:
    draft = drafts.start("probe")
    kept = [attachments.add_to_draft(draft, picture()) for _ in range(5)]
    with pytest.raises(attachments.TooManyFiles):
        attachments.add_to_draft(draft, picture())
    with django_capture_on_commit_callbacks(execute=True):
        assert attachments.remove_from_draft(draft, kept[0].pk)
    assert not attachments.remove_from_draft(draft, kept[0].pk)
    assert not attachments.remove_from_draft(drafts.start("probe"), kept[1].pk)
    assert len(files_in(media)) == 4
    assert draft.files.values_list("display_name", flat=True).first() == "添付1.jpg"


# -- serving


def key_holder(matter_id: int) -> Client:
    client = Client()
    session = client.session
    session.save()
    client.cookies["sessionid"] = session.session_key
    case_keys.grant(session, CASE_KEY, matter_id)
    session.save()
    client.cookies["sessionid"] = session.session_key
    return client


def fetch(client: Client, file: Attachment) -> Any:
    """The answer, read to its end so that the file is closed; `body` holds what came."""
    response = client.get(reverse("casework:attachment", args=[file.pk]))
    response.body = b"".join(response.streaming_content) if response.streaming else response.content
    return response


def test_the_key_of_the_matter_opens_its_file_as_a_download() -> None:
    matter = make_matter()
    file = attachments.attach(matter, picture(), SYSTEM)
    response = fetch(key_holder(matter.pk), file)
    assert response.status_code == 200
    assert response.headers["Content-Disposition"] == f"attachment; filename*=utf-8''{quote('添付1.jpg')}"
    assert response.headers["Content-Type"] == "image/jpeg"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.body.startswith(b"\xff\xd8\xff")


def test_without_the_key_or_with_another_one_there_is_no_such_file() -> None:
    matter, foreign = make_matter(), make_matter()
    file = attachments.attach(matter, picture(), SYSTEM)
    missing = Client().get(reverse("casework:attachment", args=[file.pk + 999]))
    assert missing.status_code == 404
    for client in (Client(), key_holder(foreign.pk)):
        refused = fetch(client, file)
        assert refused.status_code == 404
        assert refused.content == missing.content


@pytest.mark.parametrize(("audience", "expected"), [("citizen", 200), ("partner", 404), ("house", 404)])
def test_the_person_opens_only_what_is_meant_for_them(audience: str, expected: int) -> None:
    matter = make_matter()
    file = attachments.attach(matter, picture(), SYSTEM, audience=Audience(audience))
    assert fetch(key_holder(matter.pk), file).status_code == expected


def test_staff_who_may_see_the_matter_see_every_file_and_others_none(as_role: Any) -> None:
    mine, other = make_office(), make_office()
    matter = make_matter()
    ALLOWED.add((matter.pk, mine.pk))
    file = attachments.attach(matter, picture(), SYSTEM, audience=Audience.HOUSE)
    assert fetch(as_role(Role.SECTION, office=mine), file).status_code == 200
    assert fetch(as_role(Role.SECTION, office=other), file).status_code == 404


def test_a_partner_sees_what_is_for_partners_unless_the_module_says_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    matter = make_matter()
    file = attachments.attach(matter, picture(), SYSTEM)
    office = make_office()
    ALLOWED.add((matter.pk, office.pk))
    posting = make_posting(Role.PARTNER, office=office)
    partner = actor_of(posting.person, posting)
    assert not matters.may_see_file(file, partner)
    monkeypatch.setitem(
        matters._kinds, KIND, matters.MatterKind(KIND, "X", sees, sees_file=lambda f, a: f.pk == file.pk)
    )
    assert matters.may_see_file(file, partner)
    assert not matters.may_see_file(attachments.attach(matter, picture(), SYSTEM), partner)


def test_a_file_in_quarantine_or_lost_is_not_served(media: Path) -> None:
    matter = make_matter()
    file = attachments.attach(matter, picture(), SYSTEM)
    client = key_holder(matter.pk)
    Attachment.objects.update(state=AttachmentState.QUARANTINED)
    assert fetch(client, file).status_code == 404
    with pytest.raises(Http404):
        attachments.serve(Attachment.objects.get())
    Attachment.objects.update(state=AttachmentState.CLEAN)
    files_in(media)[0].unlink()
    assert fetch(client, file).status_code == 404


def test_only_reading_is_possible_there() -> None:
    file = attachments.attach(make_matter(), picture(), SYSTEM)
    assert Client().post(reverse("casework:attachment", args=[file.pk])).status_code == 405


# -- rows and blobs


def test_a_blob_stands_before_its_row(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bool] = []
    save = Attachment.save

    def watched(self: Attachment, *args: Any, **kwargs: Any) -> None:
        seen.append(default_storage.exists(self.blob.name))
        save(self, *args, **kwargs)

    monkeypatch.setattr(Attachment, "save", watched)
    attachments.attach(make_matter(), picture(), SYSTEM)
    assert seen == [True]


def test_reconcile_reports_a_lost_file_and_removes_what_nobody_owns(media: Path) -> None:
    matter = make_matter()
    kept, lost = attachments.attach_all(matter, [picture(), picture()], SYSTEM)
    attachments.add_to_draft(drafts.start("probe"), picture())
    assert blobs.reconcile() == blobs.Reconciliation(rows=3, missing=0, orphans=0, removed=0)
    Path(lost.blob.path).unlink()
    young, old = blobs.write(b"young"), blobs.write(b"old")
    two_days_ago = (timezone.now() - dt.timedelta(days=2)).timestamp()
    os.utime(default_storage.path(old), (two_days_ago, two_days_ago))
    os.utime(kept.blob.path, (two_days_ago, two_days_ago))
    assert blobs.reconcile(remove=False) == blobs.Reconciliation(rows=3, missing=1, orphans=1, removed=0)
    assert blobs.reconcile() == blobs.Reconciliation(rows=3, missing=1, orphans=1, removed=1)
    assert default_storage.exists(young)
    assert not default_storage.exists(old)
    assert default_storage.exists(kept.blob.name)


def test_other_packages_own_blobs_too(monkeypatch: pytest.MonkeyPatch) -> None:
    name = blobs.write(b"a document")
    DraftFile.objects.create(draft=drafts.start("probe"), blob=name, size=10)
    monkeypatch.setattr(blobs, "_owners", [(blobs._of_drafts, "draft__matter__compartment")])
    later = timezone.now() + dt.timedelta(days=3)
    assert blobs.reconcile(now=later) == blobs.Reconciliation(rows=1, missing=0, orphans=0, removed=0)


def test_an_actor_without_anything_sees_no_file() -> None:
    file = attachments.attach(make_matter(), picture(), SYSTEM)
    assert not matters.may_see_file(file, Actor())
