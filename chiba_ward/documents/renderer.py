"""HTML to PDF with WeasyPrint: no network, no files, bounded input, and never a blank page in place of an error.

What a document may show besides text is in an asset map in this process (a font for rare kanji, whatever the caller
adds) or inlined as `data:`. Style sheets and fonts are parsed once a process, which is faster and keeps memory flat.
"""

from __future__ import annotations

import hashlib
import re
import resource
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

MAX_DEPTH = 30
MAX_OPEN_TAGS = 1_000
MAX_TABLE_ROWS = 500
MAX_ROWS = 2_000
MAX_HTML_CHARACTERS = 4_000_000
PDF_VARIANT = "pdf/ua-1"
STYLES = Path(__file__).with_name("print.css")
WORKER_MEMORY_BYTES = 1024**3

Progress = Callable[[int], None]

_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")
_VOID_TAGS = {
    "area",
    "base",
    "br",
    "col",
    "embed",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "source",
    "track",
    "wbr",
}
_TOO_DEEP = "文書の入れ子(箇条書きや表)が深すぎて作れません。本文を平らに直してください。"


class DocumentError(Exception):
    """No PDF was made. `message` tells staff why and what to do; the cause is chained."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class DocumentToolsMissingError(DocumentError):
    """WeasyPrint or the system libraries under it are not installed."""


@dataclass(frozen=True)
class Asset:
    """Something a document may refer to as `asset:name`."""

    content: bytes
    content_type: str


@dataclass(frozen=True)
class RenderedPdf:
    """A finished PDF."""

    content: bytes = field(repr=False)
    pages: int
    sha256: str

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.content)


@dataclass(frozen=True)
class _Toolkit:
    weasyprint: Any
    font_config: Any
    styles: Any


def render_pdf(
    html: str, *, assets: Mapping[str, Asset] | None = None, on_progress: Progress | None = None
) -> RenderedPdf:
    """The PDF (tagged, PDF/UA-1) of a whole HTML page; the same HTML gives the same bytes.

    `on_progress` is told a percentage after reading, laying out and writing.
    Raises DocumentError, also for what WeasyPrint raises as BaseException, and DocumentToolsMissingError.
    """
    report = on_progress or (lambda percent: None)
    kit = _toolkit()
    if len(html) > MAX_HTML_CHARACTERS:
        raise DocumentError("文書が長すぎて作れません。期間や件数を絞って、分けて作ってください。")
    _require_few_open_tags(html)
    try:
        return _render(kit, html, dict(assets or {}), report)
    except DocumentError:
        raise
    except kit.weasyprint.urls.FatalURLFetchingError as error:
        raise DocumentError(
            "文書の中に、外部の画像やファイルへの参照があるため作れません。ひな形から参照を外してください。"
        ) from error
    except (MemoryError, RecursionError) as error:
        # Its frames hold the whole layout: without them there is memory left to record the failure.
        cause = error.with_traceback(None)
        raise DocumentError(
            "文書が大きすぎて作れません。期間や件数を絞って、分けて作ってください。"
        ) from cause
    except Exception as error:
        raise DocumentError(
            "文書を作れませんでした。もう一度作り、くり返すときは管理者に知らせてください。"
        ) from error


def render_template(
    template: str,
    context: Mapping[str, Any],
    *,
    assets: Mapping[str, Asset] | None = None,
    on_progress: Progress | None = None,
) -> RenderedPdf:
    """The PDF of a template that extends `documents/base.html`; `context["document"]` is a `heads.DocumentHead`.

    Raises DocumentError.
    """
    from django.template.loader import render_to_string

    return render_pdf(render_to_string(template, dict(context)), assets=assets, on_progress=on_progress)


def limit_worker_memory(limit: int = WORKER_MEMORY_BYTES) -> None:
    """Bound the address space (bytes) of this process; call it in each child of the `documents` worker.

    Libraries and fonts are mapped: a process that has made small documents was measured at 325 MB of addresses. A
    document that needs more than the limit ends in a MemoryError, hence a DocumentError, and does not starve the
    machine; the child should then be replaced, as the memory it took stays in pieces. Not for web workers, whose many
    threads reserve addresses of their own.
    """
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    ceiling = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
    resource.setrlimit(resource.RLIMIT_AS, (ceiling, hard))


def _render(kit: _Toolkit, html: str, assets: dict[str, Asset], report: Progress) -> RenderedPdf:
    page = kit.weasyprint.HTML(string=html, url_fetcher=_fetcher(assets), base_url=None)
    _require_bounds(page.etree_element)
    report(10)
    laid_out = page.render(font_config=kit.font_config, stylesheets=[kit.styles], pdf_variant=PDF_VARIANT)
    report(80)
    content = laid_out.write_pdf(
        pdf_identifier=hashlib.sha256(html.encode("utf-8", "surrogatepass")).digest()[:16],
        pdf_variant=PDF_VARIANT,
    )
    report(100)
    return RenderedPdf(content, len(laid_out.pages), hashlib.sha256(content).hexdigest())


def _require_few_open_tags(html: str) -> None:
    """The parser's time grows with the square of the depth (20,000 open tags: 45 s): a rough count comes first."""
    open_tags: Counter[str] = Counter()
    total = 0
    for closing, name in _TAG.findall(html.lower()):
        if closing and open_tags[name]:
            open_tags[name] -= 1
            total -= 1
        elif not closing and name not in _VOID_TAGS:
            open_tags[name] += 1
            total += 1
        if total > MAX_OPEN_TAGS:
            raise DocumentError(_TOO_DEEP)


def _require_bounds(root: Any) -> None:
    """Deep nesting ends in a RecursionError and long tables eat memory: refuse both before the layout."""
    waiting = [(root, 1, 0)]
    rows = 0
    rows_of: dict[int, int] = {}
    while waiting:
        element, depth, table = waiting.pop()
        if depth > MAX_DEPTH:
            raise DocumentError(_TOO_DEEP)
        if element.tag == "table":
            table = id(element)
        if element.tag == "tr":
            rows += 1
            rows_of[table] = rows_of.get(table, 0) + 1
            if rows > MAX_ROWS or rows_of[table] > MAX_TABLE_ROWS:
                raise DocumentError("表の行が多すぎて作れません。期間や件数を絞って、分けて作ってください。")
        waiting.extend((child, depth + 1, table) for child in element)


@lru_cache(maxsize=1)
def _toolkit() -> _Toolkit:
    """WeasyPrint, imported when the first document is made, so that the portal starts without its libraries."""
    try:
        import weasyprint
    except (ImportError, OSError) as error:
        raise DocumentToolsMissingError(
            "PDFを作る部品(Pango)が見つかりません。サーバーの管理者は "
            "「apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0」を実行してください。"
        ) from error
    from weasyprint.text.fonts import FontConfiguration

    font_config = FontConfiguration()
    styles = weasyprint.CSS(
        string=STYLES.read_text(encoding="utf-8"),
        font_config=font_config,
        url_fetcher=_fetcher(_font_assets()),
    )
    return _Toolkit(weasyprint, font_config, styles)


def _font_assets() -> dict[str, Asset]:
    """Noto Sans JP, which has the rare kanji of names (JIS X 0213) that BIZ UDGothic lacks, such as 𠮷."""
    from pylopdf_fonts_jp import sans_path

    return {"rare-kanji": Asset(sans_path().read_bytes(), "font/otf")}


def _fetcher(assets: Mapping[str, Asset]) -> Any:
    """A fetcher that knows `asset:` and `data:` and nothing else; anything else ends the document."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class InProcessFetcher(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> Any:
            if url.startswith("asset:") and (asset := assets.get(url.removeprefix("asset:"))):
                return URLFetcherResponse(url, asset.content, {"Content-Type": asset.content_type})
            return super().fetch(url, headers)

    return InProcessFetcher(allowed_protocols={"data"}, allow_redirects=False, fail_on_errors=True)
