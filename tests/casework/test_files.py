"""The one door that lets files in: what becomes of each kind, and what happens when the cleaner itself goes wrong."""

from __future__ import annotations

import errno
import io
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from PIL import ExifTags, Image

from chiba_ward.casework.files import CleanFile, RejectedUpload, Rejection, clean_upload, intake, sandbox
from chiba_ward.casework.files.errors import MESSAGES
from tests.casework.corpus import CANARY
from tests.casework.corpus.measure import Peaks
from tests.casework.corpus.pdfs import form_pdf, hostile_pdf, outside_stream_pdf, plain_pdf
from tests.casework.corpus.pictures import (
    HTML,
    animated_png,
    heic,
    jpeg_with_everything,
    picture,
    png_bomb,
    png_with_texts,
)
from tests.patience import ends


def upload(content: bytes, name: str, content_type: str = "") -> CleanFile:
    return clean_upload(io.BytesIO(content), name, content_type)


def refusal(content: bytes, name: str, content_type: str = "") -> Rejection:
    with pytest.raises(RejectedUpload) as raised:
        upload(content, name, content_type)
    return raised.value.code


def readable(content: bytes) -> bytes:
    """The PDF with every stream unpacked, for a search of its bytes."""
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        pdf.save(
            buffer,
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.all,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
        )
    return buffer.getvalue()


# -- what comes in


@pytest.mark.parametrize(
    "name", ["a.jpg", "写真 1.JPEG", "C:\\Users\\hanako\\a.jpg", "../../etc/a.jpg", "x" * 5_000 + ".jpg"]
)
def test_a_photograph_comes_in_under_a_name_of_ours(name: str) -> None:
    clean = upload(picture(), name, "image/jpeg")
    assert (clean.kind, clean.content_type, clean.width, clean.height) == ("jpeg", "image/jpeg", 60, 40)
    assert clean.display_name(1) == "添付1.jpg"
    assert clean.pixels == 2_400
    assert clean.size == len(clean.content)
    assert len(clean.sha256) == 64


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P", "1", "I;16"])
def test_every_kind_of_png_comes_in(mode: str) -> None:
    clean = upload(picture("PNG", mode=mode), "a.png", "image/png")
    assert clean.display_name(2) == "添付2.png"
    with Image.open(io.BytesIO(clean.content)) as image:
        image.load()
        assert image.format == "PNG"


def test_sixteen_bits_of_grey_keep_their_brightness() -> None:
    source = Image.new("I;16", (8, 8), 0x8000)
    buffer = io.BytesIO()
    source.save(buffer, "PNG")
    with Image.open(io.BytesIO(upload(buffer.getvalue(), "a.png").content)) as image:
        assert image.getpixel((0, 0)) == 0x80


def test_transparency_survives() -> None:
    with Image.open(io.BytesIO(upload(picture("PNG", mode="RGBA"), "a.png").content)) as image:
        assert image.mode == "RGBA"
        assert image.getpixel((0, 0)) == (0, 0, 0, 0)


def test_print_colours_become_screen_colours() -> None:
    with Image.open(io.BytesIO(upload(picture(mode="CMYK"), "a.jpg").content)) as image:
        assert image.mode == "RGB"


def test_a_telephones_heic_is_kept_as_jpeg() -> None:
    clean = upload(heic(), "IMG_0001.HEIC", "image/heic")
    assert (clean.kind, clean.display_name(3), clean.width) == ("jpeg", "添付3.jpg", 64)
    with Image.open(io.BytesIO(clean.content)) as image:
        assert image.format == "JPEG"


def test_a_pdf_comes_in_with_its_pages() -> None:
    clean = upload(plain_pdf(3), "a.pdf", "application/pdf")
    assert (clean.kind, clean.pages, clean.display_name(1), clean.pixels) == ("pdf", 3, "添付1.pdf", None)


def test_a_browser_that_does_not_know_the_type_is_believed() -> None:
    assert upload(picture(), "a.jpg", "application/octet-stream").kind == "jpeg"


# -- what is taken away


def test_place_camera_note_thumbnail_and_profile_are_gone_and_the_picture_stands_upright() -> None:
    source = jpeg_with_everything()
    assert source.count(CANARY) == 9
    with Image.open(io.BytesIO(source)) as image:
        known = image.getexif()
        assert known[ExifTags.Base.Make] == CANARY.decode()
        assert known.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] == (35.0, 36.0, 29.0)
        assert CANARY in known.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.MakerNote]
    clean = upload(source, "a.jpg")
    assert CANARY not in clean.content
    with Image.open(io.BytesIO(clean.content)) as image:
        assert not image.getexif()
        assert not set(image.info) & {"comment", "exif", "icc_profile", "xmp"}


def test_a_picture_stands_upright_without_saying_so() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    clean = upload(picture(exif=exif), "a.jpg")
    assert (clean.width, clean.height) == (40, 60)


def test_only_the_first_frame_of_a_moving_picture_stays() -> None:
    with Image.open(io.BytesIO(upload(animated_png(), "a.png").content)) as image:
        assert getattr(image, "n_frames", 1) == 1
        assert image.getpixel((0, 0)) == (255, 0, 0)


def test_texts_in_a_png_are_gone() -> None:
    assert CANARY not in upload(png_with_texts(), "a.png").content


@pytest.mark.parametrize(("kind", "name"), [("JPEG", "a.jpg"), ("PNG", "a.png")])
@pytest.mark.parametrize("tail", [HTML, b"PK\x03\x04" + CANARY, b"%PDF-1.4 " + CANARY])
def test_what_is_appended_to_a_picture_is_gone(kind: str, name: str, tail: bytes) -> None:
    assert CANARY not in upload(picture(kind) + tail, name).content


def test_a_rebuilt_pdf_keeps_the_written_value_and_nothing_active() -> None:
    source = hostile_pdf()
    assert CANARY in source
    clean = upload(source, "a.pdf")
    text = readable(clean.content)
    for gone in (CANARY, b"/JS", b"JavaScript", b"/Launch", b"EmbeddedFile", b"/OpenAction", b"/Author", b"/XFA", b"/AA",
                 b"/Annots", b"/URI", b"evil.example", b"Filespec", b"/Metadata", b"/PieceInfo", b"/Properties"):  # fmt: skip
        assert gone not in text, gone
    seen = subprocess.run(["pdftotext", "-", "-"], input=clean.content, capture_output=True, check=True)
    assert b"KEPT-VALUE" in seen.stdout


@pytest.mark.parametrize(("drawn", "left_to_reader"), [(False, False), (False, True), (True, True)])
def test_a_form_value_that_would_vanish_is_not_lost_silently(drawn: bool, left_to_reader: bool) -> None:
    content = form_pdf(value="千葉花子", drawn=drawn, left_to_reader=left_to_reader)
    assert refusal(content, "a.pdf") == Rejection.FORM_NOT_DRAWN


@pytest.mark.parametrize(("value", "left_to_reader"), [("千葉花子", False), ("", True)])
def test_a_form_that_is_drawn_or_empty_comes_in(value: str, left_to_reader: bool) -> None:
    assert upload(form_pdf(value=value, drawn=True, left_to_reader=left_to_reader), "a.pdf").pages == 1


def test_html_after_the_end_of_a_pdf_is_gone() -> None:
    assert CANARY not in upload(plain_pdf() + HTML, "a.pdf").content


# -- what is refused (the corpus in tests/consultations/test_hostile_files.py has the rest)


@pytest.mark.parametrize("declared", ["text/html", "image/png", "image/svg+xml", "nonsense"])
def test_a_declared_type_that_lies_is_refused(declared: str) -> None:
    assert refusal(picture(), "a.jpg", declared) == Rejection.MISMATCH


def test_a_stream_of_another_file_is_not_carried_over() -> None:
    assert b"/etc/passwd" not in readable(upload(outside_stream_pdf(), "a.pdf").content)


class Endless:
    """A stream without end that counts how much of it was taken."""

    taken = 0

    def read(self, size: int, /) -> bytes:
        self.taken += size
        return bytes(size)


def test_a_file_above_ten_megabytes_is_refused_while_reading() -> None:
    stream = Endless()
    with pytest.raises(RejectedUpload) as raised:
        clean_upload(stream, "a.jpg")
    assert raised.value.code == Rejection.TOO_LARGE
    assert stream.taken < 10.2 * 1024 * 1024


# -- the sandbox


def test_a_bomb_is_refused_quickly_in_little_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    peaks = Peaks(tmp_path, monkeypatch)
    bomb = png_bomb(12_000)
    assert len(bomb) < 40_000
    with ends():
        assert refusal(bomb, "a.png") == Rejection.TOO_MANY_PIXELS
    assert max(peaks.taken()) < 300


def test_the_largest_allowed_photograph_fits_the_limits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    peaks = Peaks(tmp_path, monkeypatch)
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    clean = upload(picture(size=(8_000, 5_000), exif=exif), "a.jpg")
    assert (clean.width, clean.height) == (5_000, 8_000)
    assert (
        max(peaks.taken()) < 450
    )  # two of them in two processes, and the pages, stay within the container's limit


def cleaner_that(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str) -> None:
    """A cleaner gone wrong, under the true limits."""
    script = tmp_path / "gone_wrong.py"
    folder = str(Path(sandbox.CLEANER).parent)
    head = f"import sys, time, os\nsys.path.insert(0, {folder!r})\nimport cleaner\ncleaner.limit_myself()\n"
    script.write_text(head + body)
    monkeypatch.setattr(sandbox, "CLEANER", script)


@pytest.mark.parametrize(
    "body",
    [
        "hoard = bytearray(2 * 1024**3)",
        "hoard = [b'x' * 1024**2 * 64 + bytes([n]) for n in range(64)]",
        "os.kill(os.getpid(), 11)",
        "os.write(1, bytes(40 * 1024**2)); os.write(1, bytes(40 * 1024**2))",
        "",
    ],
)
def test_a_cleaner_gone_wrong_harms_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str
) -> None:
    cleaner_that(tmp_path, monkeypatch, body)
    assert refusal(picture(), "a.jpg") == Rejection.TOO_HEAVY


def test_a_cleaner_that_never_ends_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cleaner_that(tmp_path, monkeypatch, "time.sleep(60)")
    monkeypatch.setattr(sandbox, "TIMEOUT_SECONDS", 0.5)
    with ends():
        assert refusal(picture(), "a.jpg") == Rejection.TOO_HEAVY


def test_the_cleaner_sees_no_secret_and_is_the_first_to_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = tmp_path / "environment"
    look = "[dict(os.environ), list(sys.modules), open('/proc/self/oom_score_adj').read()]"
    cleaner_that(tmp_path, monkeypatch, f"open({str(seen)!r}, 'w').write(repr({look}))")
    monkeypatch.setenv("PORTAL_SECRET_KEY", CANARY.decode())
    assert refusal(picture(), "a.jpg") == Rejection.TOO_HEAVY
    told = seen.read_text()
    assert CANARY.decode() not in told
    assert "django" not in told
    assert "'1000\\n'" in told


def test_when_all_places_are_taken_the_person_is_asked_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "WAIT_SECONDS", 0.05)
    with sandbox._slot():
        assert refusal(picture(), "a.jpg") == Rejection.BUSY
    assert upload(picture(), "a.jpg").kind == "jpeg"


def test_nothing_lies_on_the_disk_under_a_name_even_while_it_is_cleaned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that a worker that is killed at any moment leaves no original behind."""
    seen: list[list[Path]] = []
    run = sandbox._run

    def watched(*arguments: Any) -> int:
        seen.append(list(tmp_path.iterdir()))
        return run(*arguments)

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(sandbox, "_run", watched)
    upload(jpeg_with_everything(), "a.jpg")
    refusal(HTML, "a.jpg")
    assert seen == [[], []]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_full_disk_is_told_and_any_other_fault_is_not_hidden(number: int) -> None:
    with pytest.raises(RejectedUpload) as told, intake.full_disk_told():
        raise OSError(number, os.strerror(number))
    assert told.value.code == Rejection.NO_SPACE
    with pytest.raises(PermissionError), intake.full_disk_told():
        raise PermissionError(errno.EACCES, "no")


def test_every_reason_tells_what_to_do() -> None:
    assert set(MESSAGES) == set(Rejection)
    assert all("ください" in str(message) for message in MESSAGES.values())


def test_the_portal_never_loads_the_parsers() -> None:
    code = "import sys, chiba_ward.casework.files as f; print([m for m in ('pikepdf', 'PIL', 'magic') if m in sys.modules])"
    seen = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert seen.stdout.strip() == "[]"
