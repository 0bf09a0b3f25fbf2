import datetime as dt
import io
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import Http404
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from chiba_ward.access.actor import SYSTEM, Actor, actor_of
from chiba_ward.casework import attachments, drafts, file_limits, matters
from chiba_ward.casework.enums import AttachmentState, Audience
from chiba_ward.casework.files import RejectedUpload, Rejection
from chiba_ward.casework.models import Attachment, DraftFile, FileLimit
from chiba_ward.directory.enums import Role
from tests.casework.support import ALLOWED, KIND, fetch, files_in, key_holder, make_matter, picture, sees
from tests.factories import make_office, make_posting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


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
        ("手紙.docx", b"PK\x03\x04", "PDFを選んで保存し直す"),
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


def refused(act: Any, *arguments: Any) -> RejectedUpload:
    with pytest.raises(RejectedUpload) as raised:
        act(*arguments)
    return raised.value


def test_five_files_at_once_all_or_none(media: Path) -> None:
    matter = make_matter()
    too_many = refused(attachments.attach_all, matter, [picture() for _ in range(6)], SYSTEM)
    assert too_many.code == Rejection.TOO_MANY_AT_ONCE
    assert "5つまで" in str(too_many.message)
    refused(attachments.attach_all, matter, [picture(), SimpleUploadedFile("x.exe", b"MZ")], SYSTEM)
    assert files_in(media) == []
    kept = attachments.attach_all(matter, [picture(), picture()], SYSTEM)
    assert [file.display_name for file in kept] == ["添付1.jpg", "添付2.jpg"]


def limits(**limits: int) -> FileLimit:
    row, _ = FileLimit.objects.update_or_create(kind=limits.pop("kind", ""), defaults=limits)
    file_limits.forget()
    return row


def test_a_day_has_a_quota_for_those_who_are_not_staff() -> None:
    limits(per_day=2)
    matter, posting = make_matter(), make_posting()
    attachments.attach_all(matter, [picture(), picture()], SYSTEM)
    today = refused(attachments.attach, matter, picture(), SYSTEM)
    assert (today.code, "1日に2個" in str(today.message)) == (Rejection.TOO_MANY_TODAY, True)
    attachments.attach(matter, picture(), actor_of(posting.person, posting))
    Attachment.objects.update(created_at=timezone.now() - dt.timedelta(days=2))
    attachments.attach(matter, picture(), SYSTEM)


def test_a_case_has_a_quota_by_number_and_by_size(media: Path) -> None:
    limits(per_matter=2, mb_per_matter=1)
    matter = make_matter()
    kept = attachments.attach_all(matter, [picture(), picture()], SYSTEM)
    third = refused(attachments.attach, matter, picture(), SYSTEM)
    assert (third.code, "2個、1MBまで" in str(third.message)) == (Rejection.TOO_MANY_IN_ALL, True)
    limits(per_matter=9)
    attachments.attach(matter, picture(), SYSTEM)
    Attachment.objects.filter(pk=kept[0].pk).update(size=1024**2)
    assert refused(attachments.attach, matter, picture(), SYSTEM).code == Rejection.TOO_MANY_IN_ALL
    assert len(files_in(media)) == 3, "what was refused is not kept"


def test_too_much_is_refused_before_anything_is_taken_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    limits(per_day=1)
    monkeypatch.setattr(attachments, "clean_upload", lambda *_, **__: pytest.fail("it was taken apart"))
    refused(attachments.attach_all, make_matter(), [picture(), picture()], SYSTEM)
    upload = picture()
    upload.problem = Rejection.TOO_LARGE  # type: ignore[attr-defined]  # as the upload handler marks it
    assert "10MBまで" in str(refused(attachments.attach, make_matter(), upload, SYSTEM).message)


def test_the_limits_are_rows_and_a_kind_of_matter_may_have_its_own(media: Path, as_role: Any) -> None:
    noise = SimpleUploadedFile("a.jpg", b"\xff\xd8\xff" + bytes(2 * 1024**2), "image/jpeg")
    limits(max_mb=1)
    too_large = refused(attachments.attach, make_matter(), noise, SYSTEM)
    assert (too_large.code, "1MBまで" in str(too_large.message)) == (Rejection.TOO_LARGE, True)
    limits(kind=KIND, per_action=1)
    assert refused(attachments.attach_all, make_matter(), [picture(), picture()], SYSTEM)
    assert str(file_limits.hint(KIND)) == "JPEG・PNG・PDF。1つ10MBまで、1つまで。"
    assert "1つ1MBまで、5つまで" in str(file_limits.hint("other"))
    row = FileLimit.objects.get(kind=KIND)
    page = reverse("admin:casework_filelimit_change", args=[row.pk])
    form = as_role(Role.SYSTEM_ADMIN).get(page).context["adminform"].form
    values = {name: "" if value is None else value for name, value in form.initial.items()} | {
        "per_action": 3
    }
    assert as_role(Role.SYSTEM_ADMIN).post(page, values).status_code == 302
    assert "3つまで" in str(file_limits.hint(KIND)), "in this process at once"
    assert "1MBから20MB" in as_role(Role.SYSTEM_ADMIN).post(page, values | {"max_mb": 21}).content.decode()


def test_without_space_files_are_refused_and_nothing_else_breaks(media: Path) -> None:
    limits(keep_free_mb=10**9)
    assert refused(attachments.attach, make_matter(), picture(), SYSTEM).code == Rejection.NO_SPACE
    assert refused(attachments.add_to_draft, drafts.start("probe"), picture()).code == Rejection.NO_SPACE


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
    assert refused(attachments.add_to_draft, draft, picture()).code == Rejection.TOO_MANY_AT_ONCE
    with django_capture_on_commit_callbacks(execute=True):
        assert attachments.remove_from_draft(draft, kept[0].pk)
    assert not attachments.remove_from_draft(draft, kept[0].pk)
    assert not attachments.remove_from_draft(drafts.start("probe"), kept[1].pk)
    assert len(files_in(media)) == 4
    assert draft.files.values_list("display_name", flat=True).first() == "添付1.jpg"


# -- serving


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
    assert fetch(client, file).status_code == 410
    assert "もう一度送ってください" in fetch(client, file).body.decode()
    assert fetch(Client(), file).status_code == 404


def test_a_file_that_was_changed_on_the_disk_is_not_served(
    media: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = attachments.attach(make_matter(), picture(), SYSTEM)
    [path] = files_in(media)
    content = path.read_bytes()
    path.write_bytes(content[:-3] + b"xyz")
    answer = fetch(key_holder(file.matter_id), file)
    assert answer.status_code == 410
    assert b"xyz" not in answer.body
    assert any("is not what was written" in line for line in caplog.messages)
    path.write_bytes(content)
    assert fetch(key_holder(file.matter_id), file).body == content


def test_what_is_stored_is_for_the_portals_own_eyes(media: Path) -> None:
    attachments.attach(make_matter(), picture(), SYSTEM)
    [path] = files_in(media)
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_head_and_ranges_are_plain(media: Path) -> None:
    """The whole file or nothing: a part of a file cannot be compared with its row."""
    file = attachments.attach(make_matter(), picture(), SYSTEM)
    client = key_holder(file.matter_id)
    whole = fetch(client, file)
    assert fetch(client, file, "head").body == b""
    for name in ("Content-Type", "Content-Disposition", "Content-Length", "X-Content-Type-Options"):
        assert fetch(client, file, "head").headers[name] == whole.headers[name]
    part = fetch(client, file, range="bytes=0-9")
    assert (part.status_code, part.body, "Accept-Ranges" in part.headers) == (200, whole.body, False)
    assert fetch(client, file, if_modified_since="Wed, 01 Jan 2098 00:00:00 GMT").status_code == 200


@pytest.mark.parametrize("path", ["/media/{}", "/{}", "/files/{}", "/files/../media/{}"])
def test_there_is_no_address_of_the_store_itself(media: Path, path: str) -> None:
    file = attachments.attach(make_matter(), picture(), SYSTEM)
    assert key_holder(file.matter_id).get(path.format(file.blob.name)).status_code == 404
    with pytest.raises(ValueError, match="権限"):
        _ = file.blob.url


def test_only_reading_is_possible_there() -> None:
    file = attachments.attach(make_matter(), picture(), SYSTEM)
    assert Client().post(reverse("casework:attachment", args=[file.pk])).status_code == 405


# -- rows and blobs


def test_blobs_of_an_action_that_fails_are_taken_away(media: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All or none, also on the disk; but never after the commit may have happened."""
    save = Attachment.save

    def second_fails(self: Attachment, *args: Any, **kwargs: Any) -> None:
        if self.display_name == "添付2.jpg":
            raise RuntimeError("the second row fails")
        save(self, *args, **kwargs)

    monkeypatch.setattr(Attachment, "save", second_fails)
    with pytest.raises(RuntimeError):
        attachments.attach_all(make_matter(), [picture(), picture()], SYSTEM)
    assert files_in(media) == []
    assert not Attachment.objects.exists()


def test_an_actor_without_anything_sees_no_file() -> None:
    file = attachments.attach(make_matter(), picture(), SYSTEM)
    assert not matters.may_see_file(file, Actor())
