"""PDFs as they come out: looked at with poppler, a QR reader and a PDF/UA checker, and attacked from inside."""

from __future__ import annotations

import io
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.template import engines
from PIL import Image, ImageChops

from chiba_ward.documents.heads import DocumentHead, LetterAddress, LetterSender
from chiba_ward.documents.qr import qr_data_uri, qr_image
from chiba_ward.documents.renderer import (
    MAX_HTML_CHARACTERS,
    PDF_VARIANT,
    Asset,
    DocumentError,
    DocumentToolsMissingError,
    RenderedPdf,
    render_pdf,
)
from tests.patience import costs_little

CREATED = datetime(2026, 11, 23, 5, 5, tzinfo=UTC)
STATUS_URL = "https://portal.example/s/?n=S-7K4M-925W"
NAMES = "髙﨑𠮷邊"
RECEIPT = """{% extends "documents/base.html" %}{% block content %}
<p>{{ names }} 様のご相談を受け付けました。</p><p class="big-number">S-7K4M-925W</p>{{ qr }}
<table class="facts"><tr><th scope="row">返事の目安</th><td>3開庁日</td></tr></table>
<p>{{ body }}</p>{% endblock %}"""
LETTER = """{% extends "documents/letter_base.html" %}{% block content %}<p>{{ body }}</p>{% endblock %}"""


def page(template: str = RECEIPT, body: str = "お待ちください。", **head: Any) -> str:
    document = DocumentHead(
        title="相談受付票", created_at=CREATED, number="S-7K4M-925W", office="見本区役所 見本課",
        classification="本人控え", recipient="ご本人", copy_number="2", **head,
    )  # fmt: skip
    context = {
        "document": document,
        "names": NAMES,
        "body": body,
        "qr": qr_image(STATUS_URL, "状況を確かめるページのQRコード"),
        "address": LetterAddress(
            "見本 花子", ("千葉市見本区見本町1丁目2番3号", "見本ハイツ405号室"), "260-0000"
        ),
        "sender": LetterSender("見本区役所 見本課", ("電話 043-000-0000",)),
    }
    return engines["django"].from_string(template).render(context)


def poppler(tool: str, pdf: RenderedPdf, *options: str) -> str:
    command = [tool, *options, "-", "-"] if tool == "pdftotext" else [tool, *options, "-"]
    return subprocess.run(command, input=pdf.content, capture_output=True, check=True).stdout.decode()


def pictures(pdf: RenderedPdf, folder: Path, dots: int = 100) -> list[Path]:
    """One PNG for each page."""
    source = folder / "document.pdf"
    source.write_bytes(pdf.content)
    subprocess.run(["pdftoppm", "-r", str(dots), "-png", str(source), str(folder / "page")], check=True)
    return sorted(folder.glob("page*.png"))


@pytest.fixture(scope="module")
def receipt() -> RenderedPdf:
    return render_pdf(page())


# -- what people see


def test_the_text_layer_keeps_rare_kanji(receipt: RenderedPdf) -> None:
    assert NAMES in poppler("pdftotext", receipt)


def test_every_font_is_embedded_and_none_is_a_chance_fallback(receipt: RenderedPdf) -> None:
    rows = poppler("pdffonts", receipt).splitlines()[2:]
    assert rows
    for row in rows:
        name = row.split()[0]
        assert re.search(r"\+(BIZ-UDP?Gothic|Rare-Kanji)", name), name
        assert re.search(r"\byes +yes +yes\b", row), row


def test_a_common_document_needs_no_heavy_font() -> None:
    pdf = render_pdf(page(LETTER))
    assert "Rare-Kanji" not in poppler("pdffonts", pdf)
    assert pdf.size < 60_000


def test_the_qr_code_can_be_read_from_the_page(receipt: RenderedPdf, tmp_path: Path) -> None:
    picture = pictures(receipt, tmp_path, 150)[0]
    seen = subprocess.run(
        ["zbarimg", "--quiet", "--raw", str(picture)], capture_output=True, text=True, check=True
    )
    assert seen.stdout.strip() == STATUS_URL


def test_header_and_footer_stand_on_every_page() -> None:
    pdf = render_pdf(page(body="ご相談の内容を担当の課が読みます。" * 250))
    assert pdf.pages >= 3
    for number in range(1, pdf.pages + 1):
        text = poppler("pdftotext", pdf, "-f", str(number), "-l", str(number))
        for expected in ("千葉市 見本区役所 見本課", "相談受付票", "S-7K4M-925W", "本人控え", "宛先: ご本人", "写し番号 2",
                         "令和8年11月23日（2026年11月23日）14時05分", f"{number}/{pdf.pages}ページ"):  # fmt: skip
            assert expected in text, (number, expected)
        assert "訓練" not in text


@pytest.mark.parametrize("template", [RECEIPT, LETTER])
def test_a_drill_is_marked_on_every_page(template: str, tmp_path: Path) -> None:
    body = "ご相談の内容。" * 600
    drill, real = render_pdf(page(template, body, is_drill=True)), render_pdf(page(template, body))
    for number in range(1, drill.pages + 1):
        assert poppler("pdftotext", drill, "-f", str(number), "-l", str(number)).count("訓練") >= 1
    (tmp_path / "drill").mkdir()
    (tmp_path / "real").mkdir()
    marked, plain = pictures(drill, tmp_path / "drill", 40), pictures(real, tmp_path / "real", 40)
    for one_path, other_path in zip(marked, plain, strict=True):
        with Image.open(one_path) as one, Image.open(other_path) as other:
            middle = (0, one.height // 4, one.width, one.height * 3 // 4)
            box = ImageChops.difference(one.convert("RGB"), other.convert("RGB")).crop(middle).getbbox()
        assert box is not None
        assert box[2] - box[0] > one.width / 4


def test_large_print_is_fourteen_points() -> None:
    assert sizes(render_pdf(page(large_print=True))) >= 14
    assert 10 <= sizes(render_pdf(page())) < 11


def sizes(pdf: RenderedPdf) -> float:
    """Points of the running text, by the boxes of poppler."""
    boxes = poppler("pdftotext", pdf, "-bbox")
    match = re.search(r'yMin="([\d.]+)" xMax="[\d.]+" yMax="([\d.]+)">お待ちください', boxes)
    assert match
    return round(float(match[2]) - float(match[1]), 1)


@pytest.mark.parametrize("large", [False, True])
def test_the_address_lies_in_the_window_of_the_envelope(large: bool) -> None:
    boxes = poppler("pdftotext", render_pdf(page(LETTER, large_print=large)), "-bbox", "-l", "1")
    millimetre = 72 / 25.4
    for word in ("〒260-0000", "千葉市見本区見本町1丁目2番3号", "見本ハイツ405号室", "様"):
        match = re.search(rf'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">{word}<', boxes)
        assert match, word
        left, top, right, bottom = (float(number) / millimetre for number in match.groups())
        assert 22 <= left < right <= 112, word
        assert 22 <= top < bottom <= 64, word


def test_a_long_address_does_not_run_into_the_letter() -> None:
    lines = tuple(f"見本町{number}丁目" + "長い建物の名" * 8 for number in range(9))
    context = page(LETTER).replace("<p>見本ハイツ405号室</p>", "".join(f"<p>{line}</p>" for line in lines))
    boxes = poppler("pdftotext", render_pdf(context), "-bbox", "-l", "1")
    title = re.search(r'yMin="([\d.]+)"[^>]*>相談受付票<', boxes)
    assert title
    assert float(title[1]) / 72 * 25.4 > 64


# -- what machines see


def test_the_file_is_tagged_japanese_and_passes_the_accessibility_check(
    receipt: RenderedPdf, tmp_path: Path
) -> None:
    with pikepdf.open(io.BytesIO(receipt.content)) as pdf:
        assert str(pdf.Root.Lang) == "ja"
        assert pdf.Root.MarkInfo.Marked
        assert pdf.open_metadata()["pdfuaid:part"] == "1"
        assert str(pdf.docinfo["/Title"]) == "相談受付票 S-7K4M-925W"
    file = tmp_path / "receipt.pdf"
    file.write_bytes(receipt.content)
    checker = Path(sys.executable).with_name("pdfua")
    seen = subprocess.run([str(checker), "check", str(file)], capture_output=True, text=True, check=False)
    assert "ERROR" not in seen.stdout + seen.stderr
    assert seen.stdout


def test_the_same_page_gives_the_same_bytes() -> None:
    assert render_pdf(page()).sha256 == render_pdf(page()).sha256
    assert render_pdf(page()).sha256 != render_pdf(page(body="別の本文")).sha256


def test_progress_is_told() -> None:
    told: list[int] = []
    render_pdf(page(), on_progress=told.append)
    assert told == [10, 80, 100]


def test_assets_of_the_caller_can_be_shown(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (50, 50), (0, 160, 0)).save(buffer, "PNG")
    html = '<html lang="ja"><title>題</title><p><img src="asset:mark" alt="印"></p></html>'
    pdf = render_pdf(html, assets={"mark": Asset(buffer.getvalue(), "image/png")})
    with Image.open(pictures(pdf, tmp_path)[0]) as image:
        assert (0, 160, 0) in {color for _, color in image.convert("RGB").getcolors(100_000) or []}
    with pytest.raises(DocumentError):
        render_pdf(html)


# -- attacks from inside


def attempt(html: str) -> tuple[RenderedPdf | None, str]:
    """The PDF, or the reason there is none."""
    try:
        return render_pdf(html), ""
    except DocumentError as error:
        return None, error.message


class Listener:
    """A server on the loopback that counts who calls."""

    def __init__(self) -> None:
        hits: list[str] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                hits.append(self.path)
                self.send_response(200)
                self.end_headers()

            def log_message(self, *args: object) -> None:
                """Say nothing."""

        self.hits = hits
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    server = Listener()
    yield server
    server.close()


SVG = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink'>{}</svg>"
OUTSIDE = [
    '<img src="{url}/img" alt="a">',
    '<img srcset="{url}/set 2x" alt="a">',
    '<link rel="stylesheet" href="{url}/css">',
    '<style>@import url("{url}/import");</style>',
    '<p style="background: url({url}/background)">a</p>',
    '<ul style="list-style-image: url({url}/list)"><li>a</li></ul>',
    '<style>p::before {{ content: url("{url}/content") }}</style><p>a</p>',
    '<style>@font-face {{ font-family: x; src: url("{url}/font") }} p {{ font-family: x }}</style><p>a</p>',
    '<object data="{url}/object">a</object>',
    '<embed src="{url}/embed">',
    '<iframe src="{url}/frame"></iframe>',
    '<link rel="attachment" href="{url}/attachment">',
    '<a rel="attachment" href="{url}/attached">a</a>',
    '<base href="{url}/"><img src="relative.png" alt="a">',
    '<svg xmlns:xlink="http://www.w3.org/1999/xlink"><image xlink:href="{url}/svg" width="9" height="9"/></svg>',
    '<svg><use href="{url}/use#a"/></svg>',
    '<img alt="a" src="' + SVG.format("<image href='{url}/nested' width='9' height='9'/>") + '">',
    '<img alt="a" src="' + SVG.format("<style>@import url({url}/nestedcss);</style>") + '">',
]  # fmt: skip


@pytest.mark.parametrize("attack", OUTSIDE)
def test_nothing_is_fetched_from_the_network(attack: str, listener: Listener) -> None:
    html = '<html lang="ja"><title>題</title><body>' + attack.format(url=listener.url) + "</body></html>"
    pdf, refusal = attempt(html)
    assert "参照" in refusal or (pdf is not None and b"/EmbeddedFile" not in pdf.content)
    assert listener.hits == []


def test_the_listener_does_count(listener: Listener) -> None:
    import weasyprint

    weasyprint.HTML(string=OUTSIDE[0].format(url=listener.url)).write_pdf()
    assert listener.hits == ["/img"]


@pytest.mark.parametrize("attack", OUTSIDE)
@pytest.mark.parametrize("scheme", ["file://", "FILE://", "ftp://127.0.0.1", "asset:", ""])
def test_no_file_of_the_server_gets_in(attack: str, scheme: str, tmp_path: Path) -> None:
    canary = tmp_path / "secret"
    canary.mkdir()
    for name in re.findall(r"\{url\}/(\w+)", attack):
        (canary / name).write_text("CANARY-7731")
    html = (
        '<html lang="ja"><title>題</title><body>' + attack.format(url=scheme + str(canary)) + "</body></html>"
    )
    try:
        pdf = render_pdf(html)
    except DocumentError:
        return
    with pikepdf.open(io.BytesIO(pdf.content)) as opened:
        assert len(opened.attachments) == 0
    assert "CANARY" not in poppler("pdftotext", pdf)


def test_what_a_person_writes_stays_text() -> None:
    pdf = render_pdf(page(body="<img src=http://127.0.0.1/x><b>太字</b> =1+1 {{ 7 }}"))
    assert "<img src=http://127.0.0.1/x><b>太字</b>" in poppler("pdftotext", pdf).replace("\n", "")


@pytest.mark.parametrize("tag", ["ul", "div", "blockquote", "b"])
def test_deep_nesting_is_refused(tag: str) -> None:
    with pytest.raises(DocumentError, match="深すぎ"):
        render_pdf(f"<{tag}>" * 20_000 if tag == "div" else f"<{tag}>" * 200 + "a")


def test_the_check_of_nesting_is_itself_quick() -> None:
    with costs_little(seconds=5):
        for html in ("<div>" * 200_000, "</div>" * 9_000 + "<div>" * 9_000, "<div></x>" * 9_000):
            with pytest.raises(DocumentError, match="深すぎ"):
                render_pdf(html)


def test_nesting_by_broken_markup_is_refused_too() -> None:
    with pytest.raises(DocumentError, match="深すぎ"):
        render_pdf("<b><div></b>" * 100)


def test_ordinary_nesting_passes() -> None:
    assert render_pdf("<title>題</title>" + "<ul><li>" * 10 + "a").pages == 1


def table(rows: int) -> str:
    return "<table>" + "<tr><td>a</td></tr>" * rows + "</table>"


@pytest.mark.parametrize("html", [table(501), table(10_000), table(500) * 4 + table(1)])
def test_too_many_rows_are_refused(html: str) -> None:
    with pytest.raises(DocumentError, match="行が多すぎ"):
        render_pdf("<title>題</title>" + html)


def test_five_hundred_rows_pass() -> None:
    assert render_pdf("<title>題</title>" + table(500)).pages > 5


def test_an_endless_text_is_refused() -> None:
    with pytest.raises(DocumentError, match="長すぎ"):
        render_pdf("あ" * (MAX_HTML_CHARACTERS + 1))


@pytest.mark.parametrize("html", ["", "\x00", "<", "あ" * 5_000, "\ud800", "🙂👨‍👩‍👧 葛󠄀 ｶﾞ", "<!--" * 50])
def test_strange_input_gives_a_pdf_or_a_plain_error(html: str) -> None:
    pdf, refusal = attempt(html)
    assert refusal or (pdf is not None and pdf.content.startswith(b"%PDF"))


# -- the tools and their limits


def run(code: str) -> str:
    seen = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert seen.returncode == 0, seen.stderr
    return seen.stdout.strip()


def test_without_pango_the_portal_starts_and_says_what_to_install() -> None:
    said = run(
        "import cffi\n"
        "def missing(self, name, *rest): raise OSError(f'cannot load library {name!r}')\n"
        "cffi.FFI.dlopen = missing\n"
        "from chiba_ward.documents.renderer import render_pdf, DocumentToolsMissingError\n"
        "try:\n    render_pdf('<p>a</p>')\n"
        "except DocumentToolsMissingError as error:\n    print(error.message)\n"
    )
    assert "libpango-1.0-0" in said.splitlines()[-1]
    assert issubclass(DocumentToolsMissingError, DocumentError)


def test_importing_the_renderer_loads_no_weasyprint() -> None:
    assert run("import sys, chiba_ward.documents.renderer; print('weasyprint' in sys.modules)") == "False"


OUT_OF_MEMORY = ("MemoryError", "SystemError")  # the second where a C library ran out, in Python 3.13
AT_THE_LIMIT = (
    "import resource\n"
    "from chiba_ward.documents.renderer import render_pdf, limit_worker_memory, DocumentError\n"
    "render_pdf('<p>a</p>')\n"
    "used = int(open('/proc/self/statm').read().split()[0]) * 4096\n"
    "limit_worker_memory(used + 20 * 1024 ** 2)\n"
)


def test_a_worker_at_its_memory_limit_gives_an_error_and_lives() -> None:
    said = run(
        AT_THE_LIMIT
        + "try:\n    render_pdf('<p>a</p>', on_progress=lambda percent: bytearray(64 * 1024 ** 2))\n"
        "except DocumentError as error:\n"
        "    print(type(error.__cause__).__name__, render_pdf('<p>b</p>').pages)\n"
    )
    assert said == "MemoryError 1"


def test_a_document_beyond_the_limit_never_comes_out_by_halves() -> None:
    """Pango and HarfBuzz may end the process where an allocation fails; `services.reconcile` then finds the row."""
    table = "'<table>' + '<tr><td>a</td><td>b</td></tr>' * 500 + '</table>'"
    code = (
        AT_THE_LIMIT + f"try:\n    print(render_pdf('<title>t</title>' + ({table}) * 4).pages)\n"
        "except DocumentError as error:\n"
        "    resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))\n"
        "    print(type(error.__cause__).__name__)\n"
    )
    seen = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    said, complained = seen.stdout.strip(), seen.stderr.strip()
    died_in_native_code = seen.returncode in (-signal.SIGSEGV, -signal.SIGABRT, -signal.SIGTRAP)
    died_of_memory = seen.returncode == 1 and complained.endswith("MemoryError")  # no room even to say so
    was_refused = seen.returncode == 0 and said in OUT_OF_MEMORY
    assert was_refused or (said == "" and (died_in_native_code or died_of_memory)), seen


def test_memory_stays_flat_over_many_receipts() -> None:
    said = run(
        "import resource\n"
        "from chiba_ward.documents.renderer import render_pdf\n"
        "def used(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "def make(n): return [render_pdf(f'<title>t</title><p>相談受付票 {n} 番</p>').pages for n in range(n)]\n"
        "make(20); before = used(); make(80); print(used() - before)\n"
    )
    assert int(said) < 20 * 1024


def test_the_variant_is_the_accessible_one() -> None:
    assert PDF_VARIANT == "pdf/ua-1"


# -- QR codes


def test_a_qr_code_needs_a_text_and_fits() -> None:
    with pytest.raises(ValueError, match="alternative"):
        qr_image(STATUS_URL, " ")
    for content in ("", "x" * 301):
        with pytest.raises(ValueError, match="characters"):
            qr_data_uri(content)
    assert 'alt="&lt;b&gt;"' in qr_image(STATUS_URL, "<b>")
