"""Uploads: a corpus of hostile and unlucky files, all built here, against the one door that lets files in."""

from __future__ import annotations

import io
import os
import struct
import subprocess
import sys
import time
import zlib
from pathlib import Path

import pikepdf
import pillow_heif
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import ExifTags, Image

from chiba_ward.casework.files import CleanFile, RejectedUpload, Rejection, clean_upload, sandbox
from chiba_ward.casework.files.errors import MESSAGES

CANARY = b"CANARY-7731"
HTML = b"<html><body><script>alert('" + CANARY + b"')</script></body></html>"


def upload(content: bytes, name: str, content_type: str = "") -> CleanFile:
    return clean_upload(io.BytesIO(content), name, content_type)


def refusal(content: bytes, name: str, content_type: str = "") -> Rejection:
    with pytest.raises(RejectedUpload) as raised:
        upload(content, name, content_type)
    return raised.value.code


def picture(
    kind: str = "JPEG", size: tuple[int, int] = (60, 40), mode: str = "RGB", **options: object
) -> bytes:
    image = Image.new(mode, size, "red" if mode == "RGB" else None)
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def png_bomb(side: int) -> bytes:
    """A PNG of side x side white dots that takes few bytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = zlib.compress((b"\x00" + b"\xff" * (side // 8)) * side, 9)
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def plain_pdf(pages: int = 1, **save: object) -> bytes:
    pdf = pikepdf.new()
    for _ in range(pages):
        pdf.add_blank_page(page_size=(595, 842))
    buffer = io.BytesIO()
    pdf.save(buffer, **save)
    return buffer.getvalue()


def hostile_pdf() -> bytes:
    """Scripts, actions, an embedded file, author, XFA, optional content, an outside stream; and an honest form value."""
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(595, 842))
    page = pdf.pages[0]
    script = pdf.make_indirect(Dictionary(S=Name.JavaScript, JS="app.alert('CANARY-7731')"))
    launch = pdf.make_indirect(Dictionary(S=Name.Launch, F="calc.exe"))
    embedded = pdf.make_stream(CANARY)
    embedded.Type = Name.EmbeddedFile
    embedded_spec = pdf.make_indirect(
        Dictionary(Type=Name.Filespec, F="CANARY-7731.exe", EF=Dictionary(F=embedded))
    )
    appearance = pdf.make_stream(
        b"BT /F1 12 Tf 5 5 Td (KEPT-VALUE) Tj ET",
        Type=Name.XObject,
        Subtype=Name.Form,
        BBox=Array([0, 0, 200, 20]),
        AF=Array([embedded_spec]),
    )
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    appearance.Resources = Dictionary(
        Font=Dictionary(F1=font),
        Properties=Dictionary(MC0=pdf.make_indirect(Dictionary(Hidden=embedded_spec))),
    )
    field = pdf.make_indirect(
        Dictionary(
            Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T="name", V="KEPT-VALUE", Rect=[100, 700, 300, 720], F=4,
            AP=Dictionary(N=appearance), AA=Dictionary(K=script),
        )
    )  # fmt: skip
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 600, 800], A=launch)
    uri = Dictionary(
        Type=Name.Annot,
        Subtype=Name.Link,
        Rect=[0, 0, 9, 9],
        A=Dictionary(S=Name.URI, URI="http://evil.example/"),
    )
    attached = Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment, Rect=[0, 0, 9, 9], FS=embedded_spec)
    page.obj.Annots = Array(
        [field, pdf.make_indirect(link), pdf.make_indirect(uri), pdf.make_indirect(attached)]
    )
    page.obj.AA = Dictionary(O=script)
    page.obj.Metadata = pdf.make_stream(CANARY)
    page.obj.PieceInfo = Dictionary(Editor=Dictionary(Private=embedded_spec))
    pdf.Root.OpenAction = script
    pdf.Root.AA = Dictionary(WC=script)
    pdf.Root.Names = Dictionary(
        JavaScript=Dictionary(Names=["a", script]), EmbeddedFiles=Dictionary(Names=["a", embedded_spec])
    )
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]), XFA=Array(["template", pdf.make_stream(CANARY)]))
    pdf.docinfo["/Author"] = "CANARY-7731"
    with pdf.open_metadata() as metadata:
        metadata["dc:creator"] = ["CANARY-7731"]
    buffer = io.BytesIO()
    pdf.save(buffer, compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return buffer.getvalue()


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
    buffer = io.BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", (64, 48), "blue")).save(buffer)
    clean = upload(buffer.getvalue(), "IMG_0001.HEIC", "image/heic")
    assert (clean.kind, clean.display_name(3), clean.width) == ("jpeg", "添付3.jpg", 64)
    with Image.open(io.BytesIO(clean.content)) as image:
        assert image.format == "JPEG"


def test_a_pdf_comes_in_with_its_pages() -> None:
    clean = upload(plain_pdf(3), "a.pdf", "application/pdf")
    assert (clean.kind, clean.pages, clean.display_name(1), clean.pixels) == ("pdf", 3, "添付1.pdf", None)


def test_a_browser_that_does_not_know_the_type_is_believed() -> None:
    assert upload(picture(), "a.jpg", "application/octet-stream").kind == "jpeg"


# -- what is taken away


def exif_picture() -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = CANARY.decode()
    exif[ExifTags.Base.Orientation] = 6
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (35.0, 36.0, 29.0)
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSAreaInformation] = CANARY
    return picture(exif=exif, comment=CANARY)


def test_place_camera_and_comment_are_gone_and_the_picture_stands_upright() -> None:
    source = exif_picture()
    assert source.count(CANARY) == 3
    clean = upload(source, "a.jpg")
    assert CANARY not in clean.content
    assert (clean.width, clean.height) == (40, 60)
    with Image.open(io.BytesIO(clean.content)) as image:
        assert not image.getexif()
        assert "comment" not in image.info


def test_texts_in_a_png_are_gone() -> None:
    from PIL.PngImagePlugin import PngInfo

    texts = PngInfo()
    texts.add_text("Author", CANARY.decode())
    assert CANARY not in upload(picture("PNG", pnginfo=texts), "a.png").content


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


def form_pdf(*, value: str, drawn: bool, left_to_reader: bool) -> bytes:
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(595, 842))
    field = pdf.make_indirect(
        Dictionary(Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T="n", V=value, Rect=[0, 0, 99, 20], F=4)
    )
    if drawn:
        ink = pdf.make_stream(
            b"0 0 9 9 re f", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 99, 20])
        )
        field.AP = Dictionary(N=ink)
    pdf.pages[0].obj.Annots = Array([field])
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]), NeedAppearances=left_to_reader)
    buffer = io.BytesIO()
    pdf.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(("drawn", "left_to_reader"), [(False, False), (False, True), (True, True)])
def test_a_form_value_that_would_vanish_is_not_lost_silently(drawn: bool, left_to_reader: bool) -> None:
    content = form_pdf(value="千葉花子", drawn=drawn, left_to_reader=left_to_reader)
    assert refusal(content, "a.pdf") == Rejection.FORM_NOT_DRAWN


@pytest.mark.parametrize(("value", "left_to_reader"), [("千葉花子", False), ("", True)])
def test_a_form_that_is_drawn_or_empty_comes_in(value: str, left_to_reader: bool) -> None:
    assert upload(form_pdf(value=value, drawn=True, left_to_reader=left_to_reader), "a.pdf").pages == 1


def test_html_after_the_end_of_a_pdf_is_gone() -> None:
    assert CANARY not in upload(plain_pdf() + HTML, "a.pdf").content


# -- what is refused


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.jpg", Rejection.EMPTY),
        (b"GIF89a/*" + HTML + b"*/=1;", "a.gif", Rejection.TYPE_NOT_ALLOWED),
        (b"GIF89a/*" + HTML + b"*/=1;", "a.jpg", Rejection.TYPE_NOT_ALLOWED),
        (HTML, "a.jpg", Rejection.TYPE_NOT_ALLOWED),
        (HTML, "a.html.jpg", Rejection.TYPE_NOT_ALLOWED),
        (HTML, "a.html", Rejection.TYPE_NOT_ALLOWED),
        (
            b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>",
            "a.svg",
            Rejection.TYPE_NOT_ALLOWED,
        ),
        (
            b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>",
            "a.png",
            Rejection.TYPE_NOT_ALLOWED,
        ),
        (b"MZ\x90\x00" + bytes(200), "a.exe", Rejection.TYPE_NOT_ALLOWED),
        (b"MZ\x90\x00" + bytes(200), "a.pdf", Rejection.TYPE_NOT_ALLOWED),
        (HTML + plain_pdf(), "a.pdf", Rejection.TYPE_NOT_ALLOWED),
        (b"\n" * 20 + plain_pdf(), "a.pdf", Rejection.TYPE_NOT_ALLOWED),
        (b"%PDF-1.4\n" + HTML, "a.pdf", Rejection.BROKEN),
        (plain_pdf(), "a.jpg", Rejection.MISMATCH),
        (picture(), "a.pdf", Rejection.MISMATCH),
        (picture("PNG"), "a.jpg", Rejection.MISMATCH),
        (picture(), "noextension", Rejection.TYPE_NOT_ALLOWED),
        (picture(), "a.jpg\x00.exe", Rejection.TYPE_NOT_ALLOWED),
        (b"\xff\xd8\xff\xe0" + os.urandom(500), "a.jpg", Rejection.BROKEN),
        (picture("PNG", (900, 900))[:200], "a.png", Rejection.BROKEN),
        (picture("JPEG", (900, 900))[:4000], "a.jpg", Rejection.BROKEN),
        (hostile_pdf()[:1500], "a.pdf", Rejection.BROKEN),
        (plain_pdf(encryption=pikepdf.Encryption(owner="o", user="u")), "a.pdf", Rejection.ENCRYPTED),
        (plain_pdf(encryption=pikepdf.Encryption(owner="o", user="")), "a.pdf", Rejection.ENCRYPTED),
        (plain_pdf(201), "a.pdf", Rejection.TOO_MANY_PAGES),
        (plain_pdf(0), "a.pdf", Rejection.BROKEN),
        (png_bomb(12_000), "a.png", Rejection.TOO_MANY_PIXELS),
        (png_bomb(20_000), "a.png", Rejection.TOO_MANY_PIXELS),
    ],
)
def test_refused(content: bytes, name: str, code: Rejection) -> None:
    assert refusal(content, name) == code


@pytest.mark.parametrize("declared", ["text/html", "image/png", "image/svg+xml", "nonsense"])
def test_a_declared_type_that_lies_is_refused(declared: str) -> None:
    assert refusal(picture(), "a.jpg", declared) == Rejection.MISMATCH


def test_a_stream_of_another_file_is_refused() -> None:
    pdf = pikepdf.new()
    pdf.add_blank_page()
    outside = pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.Image, Width=1, Height=1, F="/etc/passwd")
    pdf.pages[0].obj.Resources = Dictionary(XObject=Dictionary(X=outside))
    buffer = io.BytesIO()
    pdf.save(buffer)
    clean = upload(buffer.getvalue(), "a.pdf")
    assert b"/etc/passwd" not in readable(clean.content)


def test_something_active_in_an_unexpected_place_is_refused() -> None:
    pdf = pikepdf.new()
    pdf.add_blank_page()
    script = pdf.make_indirect(Dictionary(S=Name.JavaScript, JS="1"))
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Hidden=script)
    pdf.pages[0].obj.Resources = Dictionary(Font=Dictionary(F1=font))
    buffer = io.BytesIO()
    pdf.save(buffer)
    assert refusal(buffer.getvalue(), "a.pdf") == Rejection.UNSAFE


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


def test_a_bomb_is_refused_quickly_in_little_memory(tmp_path: Path) -> None:
    source, result = tmp_path / "bomb", tmp_path / "result"
    source.write_bytes(png_bomb(12_000))
    assert source.stat().st_size < 40_000
    code = (
        f"import re, sys; sys.path.insert(0, {str(sandbox.CLEANER.parent)!r}); import cleaner;"
        # ru_maxrss would be that of this test process, which the child had before its exec
        "cleaner.main(sys.argv[1:]); print(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1])"
    )
    command = [sys.executable, "-c", code, "png", str(source), str(tmp_path / "target"), str(result)]
    began = time.perf_counter()
    seen = subprocess.run(command, capture_output=True, text=True, check=True)
    assert time.perf_counter() - began < 5
    assert result.read_text() == '{"refused": "too_many_pixels"}'
    assert int(seen.stdout) < 300 * 1024


def test_the_largest_allowed_photograph_fits_the_limits() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    clean = upload(picture(size=(8_000, 5_000), exif=exif), "a.jpg")
    assert (clean.width, clean.height) == (5_000, 8_000)


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
        "open(sys.argv[3], 'wb').write(bytes(40 * 1024**2))",
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
    began = time.perf_counter()
    assert refusal(picture(), "a.jpg") == Rejection.TOO_HEAVY
    assert time.perf_counter() - began < 5


def test_the_cleaner_sees_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = tmp_path / "environment"
    cleaner_that(
        tmp_path,
        monkeypatch,
        f"open({str(seen)!r}, 'w').write(repr(dict(os.environ)) + repr(list(sys.modules)))",
    )
    monkeypatch.setenv("PORTAL_SECRET_KEY", CANARY.decode())
    assert refusal(picture(), "a.jpg") == Rejection.TOO_HEAVY
    assert CANARY.decode() not in seen.read_text()
    assert "django" not in seen.read_text()


def test_when_all_places_are_taken_the_person_is_asked_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "WAIT_SECONDS", 0.05)
    with sandbox._slot(), sandbox._slot():
        assert refusal(picture(), "a.jpg") == Rejection.BUSY
    assert upload(picture(), "a.jpg").kind == "jpeg"


def test_nothing_stays_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    upload(exif_picture(), "a.jpg")
    refusal(HTML, "a.jpg")
    assert list(tmp_path.iterdir()) == []


def test_every_reason_tells_what_to_do() -> None:
    assert set(MESSAGES) == set(Rejection)
    assert all("ください" in str(message) for message in MESSAGES.values())


def test_the_portal_never_loads_the_parsers() -> None:
    code = "import sys, chiba_ward.casework.files as f; print([m for m in ('pikepdf', 'PIL', 'magic') if m in sys.modules])"
    seen = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert seen.stdout.strip() == "[]"
