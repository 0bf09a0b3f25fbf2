"""Every file of the corpus with the name under which it comes, and what must become of it."""

import io
import os
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from chiba_ward.casework.files import Rejection
from tests.casework.corpus import pdfs, pictures

NO = Rejection
Kind = str


@dataclass(frozen=True)
class Specimen:
    """`becomes` is a kind of clean file, or why it is refused."""

    what: str
    name: str
    build: Callable[[], bytes]
    becomes: Kind | Rejection
    declared: str = ""


def office_file(marker: str) -> bytes:
    """A Word or Excel file with a macro, as far as its outer shape goes."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr(f"{marker}/vbaProject.bin", b"Sub AutoOpen()" + pictures.CANARY)
        packed.writestr("docProps/core.xml", b"<dc:creator>" + pictures.CANARY + b"</dc:creator>")
    return archive.getvalue()


def _fixed(content: bytes) -> Callable[[], bytes]:
    return lambda: content


PROGRAM = b"MZ\x90\x00" + bytes(200)
FILM = b"\x00\x00\x00\x18ftypmp42" + bytes(200)

ORDINARY = [
    Specimen("a photograph", "写真 1.JPEG", pictures.picture, "jpeg", "image/jpeg"),
    Specimen("a picture of a screen", "screen.png", partial(pictures.picture, "PNG"), "png", "image/png"),
    Specimen("a telephone's photograph", "IMG_0001.HEIC", pictures.heic, "jpeg", "image/heic"),
    Specimen("a letter of three pages", "手紙.pdf", partial(pdfs.plain_pdf, 3), "pdf", "application/pdf"),
    Specimen("colours of print", "a.jpg", partial(pictures.picture, mode="CMYK"), "jpeg"),
    Specimen("sixteen bits", "a.png", pictures.sixteen_bit_png, "png"),
    Specimen("moving", "a.png", pictures.animated_png, "png"),
    Specimen("the largest page of the standard", "a.pdf",
             partial(pdfs.changed, lambda pdf: setattr(pdf.pages[0].obj, "MediaBox", [0, 0, 14_400, 14_400])), "pdf"),
]  # fmt: skip

TALKATIVE = [
    Specimen("a photograph with everything", "a.jpg", pictures.jpeg_with_everything, "jpeg"),
    Specimen("a telephone's photograph with a place", "a.heic", pictures.heic_with_place, "jpeg"),
    Specimen("a picture with texts", "a.png", pictures.png_with_texts, "png"),
    Specimen("a PDF with everything", "a.pdf", pdfs.hostile_pdf, "pdf"),
    Specimen("a PDF that was updated", "a.pdf", pdfs.updated_pdf, "pdf"),
    Specimen("a PDF that points at a file", "a.pdf", pdfs.outside_stream_pdf, "pdf"),
]  # fmt: skip

TWO_THINGS = [
    Specimen("photograph and archive", "a.jpg", pictures.jpeg_and_zip, "jpeg"),
    Specimen("photograph and page", "a.jpg", pictures.jpeg_and_html, "jpeg"),
    Specimen("picture and page", "a.png", pictures.png_and_html, "png"),
    Specimen("PDF and page", "a.pdf", lambda: pdfs.plain_pdf() + pictures.HTML, "pdf"),
    Specimen("page and PDF", "a.pdf", lambda: pictures.HTML + pdfs.plain_pdf(), NO.TYPE_NOT_ALLOWED),
    Specimen("a page that says PDF", "a.pdf", lambda: pictures.HTML + b"%PDF-1.4", NO.TYPE_NOT_ALLOWED),
    Specimen("a PDF that is a page", "a.pdf", lambda: b"%PDF-1.4\n" + pictures.HTML, NO.BROKEN),
    Specimen("lines before a PDF", "a.pdf", lambda: b"\n" * 20 + pdfs.plain_pdf(), NO.TYPE_NOT_ALLOWED),
    Specimen("GIF and page", "a.gif", pictures.gif_and_html, NO.TYPE_NOT_ALLOWED),
    Specimen("GIF and page as JPEG", "a.jpg", pictures.gif_and_html, NO.TYPE_NOT_ALLOWED),
]  # fmt: skip

NOT_TAKEN = [
    Specimen("nothing", "a.jpg", _fixed(b""), NO.EMPTY),
    Specimen("a page", "a.html", _fixed(pictures.HTML), NO.TYPE_NOT_ALLOWED),
    Specimen("a page as JPEG", "a.jpg", _fixed(pictures.HTML), NO.TYPE_NOT_ALLOWED),
    Specimen("a page as JPEG with two ends", "a.html.jpg", _fixed(pictures.HTML), NO.TYPE_NOT_ALLOWED),
    Specimen("a drawing", "a.svg", pictures.svg, NO.TYPE_NOT_ALLOWED),
    Specimen("a drawing as PNG", "a.png", pictures.svg, NO.TYPE_NOT_ALLOWED),
    Specimen("a program", "a.exe", _fixed(PROGRAM), NO.TYPE_NOT_ALLOWED),
    Specimen("a program as PDF", "a.pdf", _fixed(PROGRAM), NO.TYPE_NOT_ALLOWED),
    Specimen("a film", "a.MOV", _fixed(FILM), NO.FILM_OR_SOUND),
    Specimen("a film as telephone's photograph", "a.heic", _fixed(FILM), NO.TYPE_NOT_ALLOWED),
    Specimen("a letter with a macro", "手紙.docm", partial(office_file, "word"), NO.OFFICE_FILE),
    Specimen("a table with a macro", "表.xlsx", partial(office_file, "xl"), NO.OFFICE_FILE),
    Specimen("a letter as PDF", "手紙.pdf", partial(office_file, "word"), NO.TYPE_NOT_ALLOWED),
    Specimen("an archive", "写真.zip", partial(office_file, "a"), NO.ARCHIVE),
    Specimen("a picture under another end", "a.jpg", partial(pictures.picture, "PNG"), NO.MISMATCH),
    Specimen("a PDF under another end", "a.jpg", pdfs.plain_pdf, NO.MISMATCH),
    Specimen("a photograph under another end", "a.pdf", pictures.picture, NO.MISMATCH),
    Specimen("a photograph called a page", "a.jpg", pictures.picture, NO.MISMATCH, "text/html"),
    Specimen("no end at all", "noextension", pictures.picture, NO.TYPE_NOT_ALLOWED),
    Specimen("a locked PDF", "a.pdf", partial(pdfs.encrypted_pdf, "user"), NO.ENCRYPTED),
    Specimen("a PDF locked against printing", "a.pdf", partial(pdfs.encrypted_pdf, ""), NO.ENCRYPTED),
    Specimen("a form that nobody drew", "a.pdf", pdfs.undrawn_form_pdf, NO.FORM_NOT_DRAWN),
    Specimen("a hidden script", "a.pdf", pdfs.hidden_script_pdf, NO.UNSAFE),
]  # fmt: skip

BROKEN = [
    Specimen("noise as photograph", "a.jpg", lambda: b"\xff\xd8\xff\xe0" + os.urandom(500), NO.BROKEN),
    Specimen("half a picture", "a.png", lambda: pictures.picture("PNG", (900, 900))[:200], NO.BROKEN),
    Specimen("half a photograph", "a.jpg", lambda: pictures.picture(size=(900, 900))[:4_000], NO.BROKEN),
    Specimen("half a telephone's photograph", "a.heic", lambda: pictures.heic()[:-60], NO.BROKEN),
    Specimen("half a PDF", "a.pdf", lambda: pdfs.hostile_pdf()[:1_500], NO.BROKEN),
    Specimen("a PDF without pages", "a.pdf", partial(pdfs.plain_pdf, 0), NO.BROKEN),
    Specimen("arrays in arrays", "a.pdf", pdfs.deep_array_pdf, NO.BROKEN),
    Specimen("pages in themselves", "a.pdf", pdfs.circular_tree_pdf, NO.BROKEN),
]

TOO_MUCH = [
    Specimen("12,000 x 12,000 dots", "a.png", partial(pictures.png_bomb, 12_000), NO.TOO_MANY_PIXELS),
    Specimen("20,000 x 20,000 dots", "a.png", partial(pictures.png_bomb, 20_000), NO.TOO_MANY_PIXELS),
    Specimen("a photograph of 12,000", "a.jpg", partial(pictures.jpeg_bomb, 12_000), NO.TOO_MANY_PIXELS),
    Specimen("a photograph of 60,000", "a.jpg", partial(pictures.jpeg_bomb, 60_000), NO.TOO_MANY_PIXELS),
    Specimen("a telephone's photograph of 20,000", "a.heic", partial(pictures.heic_bomb, 20_000), NO.BROKEN),
    Specimen("a text of 100 MB", "a.png", pictures.png_text_bomb, NO.BROKEN),
    Specimen("a profile of 100 MB", "a.png", pictures.png_profile_bomb, NO.BROKEN),
    Specimen("10,000 pages", "a.pdf", partial(pdfs.plain_pdf, 10_000), NO.TOO_MANY_PAGES),
    Specimen("201 pages", "a.pdf", partial(pdfs.plain_pdf, 201), NO.TOO_MANY_PAGES),
    Specimen("a page of 350 km", "a.pdf", pdfs.huge_page_pdf, NO.TOO_HEAVY),
    Specimen("a page in a huge unit", "a.pdf", pdfs.huge_unit_pdf, NO.TOO_HEAVY),
    Specimen("a drawing of 200 MB", "a.pdf", pdfs.drawing_bomb, NO.TOO_HEAVY),
    Specimen("a drawing of 200 MB, packed twice", "a.pdf", pdfs.drawing_bomb_packed_twice, NO.TOO_HEAVY),
    Specimen("ten drawings of 30 MB", "a.pdf", pdfs.many_drawings_bomb, NO.TOO_HEAVY),
    Specimen("an image of 50,000 dots", "a.pdf", pdfs.image_bomb, NO.TOO_MANY_PIXELS),
    Specimen("forms in forms", "a.pdf", pdfs.nested_forms_pdf, NO.TOO_HEAVY),
    Specimen("a form in itself", "a.pdf", pdfs.circular_forms_pdf, "pdf"),
    Specimen("a photograph of 11 MB", "a.jpg", partial(pictures.noise, 11), NO.TOO_LARGE),
]  # fmt: skip

# Names that lead somewhere else, hide their end, or are only long: the file is as good as any, its name is not kept.
NAMES = [
    Specimen(f"a name: {name[:12]!r}", name, pictures.picture, becomes)
    for name, becomes in [
        ("\u202egpj.exe", NO.TYPE_NOT_ALLOWED),
        ("exe\u202egpj.jpg", "jpeg"),
        ("../../etc/passwd.jpg", "jpeg"),
        ("C:\\Users\\千葉花子\\写真.jpg", "jpeg"),
        ("a.jpg\x00.exe", NO.TYPE_NOT_ALLOWED),
        ("長" * 300 + ".jpg", "jpeg"),
        ("😀👨‍👩‍👧.jpg", "jpeg"),
        ("ﾁﾊﾞﾊﾅｺ.jpg", "jpeg"),
        ("'; DROP TABLE x; --.jpg", "jpeg"),
        ("<img src=x onerror=alert(1)>.jpg", "jpeg"),
        ("写真.ＪＰＧ", NO.TYPE_NOT_ALLOWED),
    ]
]

SPECIMENS = [*ORDINARY, *TALKATIVE, *TWO_THINGS, *NOT_TAKEN, *BROKEN, *TOO_MUCH, *NAMES]
