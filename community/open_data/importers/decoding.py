"""Bytes of a file to text. What is certainly no text is named, so that whoever chose the wrong file sees it at once."""

import codecs

from community.open_data.importers.report import UnreadableFile

PICTURES_AND_MORE = {
    b"\x89PNG": "画像（PNG）",
    b"\xff\xd8\xff": "画像（JPEG）",
    b"GIF8": "画像（GIF）",
    b"BM": "画像（BMP）",
    b"%PDF": "PDF",
    b"\xd0\xcf\x11\xe0": "古い形式のエクセル（.xls）",
    b"{\\rtf": "リッチテキスト",
}
ZIP = b"PK\x03\x04"
WIDE = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
UNKNOWN = "文字コードが読めません。UTF-8 か Shift_JIS で保存し直してください。"
# More than one character in eight: UTF-16 without a mark, or no text at all.
MOST_NULS = 8


def text_of(content: bytes) -> tuple[str, str]:
    """The text and the name of its encoding: UTF-8 with or without BOM, cp932, UTF-16 with BOM. Raises UnreadableFile."""
    if not content.strip():
        raise UnreadableFile("空のファイルです。")
    for start, what in PICTURES_AND_MORE.items():
        if content.startswith(start) and not _is_plain(content, start):
            raise UnreadableFile(
                f"これは{what}です。CSV・エクセル（.xlsx）・GeoJSONのファイルを選んでください。"
            )
    text, encoding = _decoded(content)
    if text.count("\x00") * MOST_NULS > len(text):
        raise UnreadableFile(UNKNOWN)
    if not text.strip():
        raise UnreadableFile("空のファイルです。")
    return text, encoding


def _is_plain(content: bytes, start: bytes) -> bool:
    """「BM」 may begin a heading as well."""
    return start == b"BM" and b"\x00" not in content[:64]


def _decoded(content: bytes) -> tuple[str, str]:
    wide = next((name for bom, name in WIDE.items() if content.startswith(bom)), "")
    for encoding in (wide,) if wide else ("utf-8-sig", "cp932"):
        try:
            return content.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise UnreadableFile(UNKNOWN)
