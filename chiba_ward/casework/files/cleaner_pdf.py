"""PDFs: the pages are carried over into a new file, each with an allowlist of what it may keep.

A part of the program `cleaner`, with its limits; never imported by the portal.
"""

from __future__ import annotations

import contextlib
import math
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO

MAX_PIXELS = 40_000_000
MAX_PAGES = 200
MAX_OBJECTS = 200_000
MAX_SIDE = 14_400  # points: the largest page of PDF 1.7, 5 m
MAX_STREAM = 32 * 1024**2  # what a page's drawing, a form or a font may unpack to
MAX_STREAMS = 128 * 1024**2  # all of them together
SOURCE = "/dev/fd/0"  # opened anew by whoever wants a file of its own

PAGE_KEYS = {
    "/Type", "/Parent", "/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Resources", "/Contents", "/Group",
}  # fmt: skip
RESOURCE_KEYS = {"/Font", "/XObject", "/ExtGState", "/ColorSpace", "/Pattern", "/Shading", "/ProcSet"}
STREAM_KEYS = {"/Length", "/Filter", "/DecodeParms"}
IMAGE_KEYS = STREAM_KEYS | {
    "/Type", "/Subtype", "/Width", "/Height", "/ColorSpace", "/BitsPerComponent", "/Intent", "/ImageMask", "/Mask",
    "/Decode", "/Interpolate", "/SMask", "/SMaskInData", "/Matte", "/Name",
}  # fmt: skip
FORM_KEYS = STREAM_KEYS | {
    "/Type", "/Subtype", "/FormType", "/BBox", "/Matrix", "/Resources", "/Group", "/Name",
}  # fmt: skip
ACTIVE_TYPES = {"/Action", "/EmbeddedFile", "/Filespec", "/RichMedia", "/Annot", "/Metadata"}
ACTIVE_ACTIONS = {
    "/JavaScript", "/Launch", "/URI", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/Rendition", "/RichMediaExecute",
}  # fmt: skip
ACTIVE_KEYS = {
    "/JS",
    "/EF",
    "/XFA",
    "/OpenAction",
    "/AA",
    "/AF",
    "/Metadata",
    "/PieceInfo",
    "/OPI",
    "/Annots",
}


class Refused(Exception):
    """The file is refused; the argument is a code of `errors.Rejection`."""


def clean_pdf(target: BinaryIO) -> dict[str, Any]:
    """Carry the pages over into a new file, each with an allowlist of keys; scripts, actions, files and author stay.

    Deleting keys in place left embedded files behind (ASSURANCE FI5). Filled-in form fields are drawn into the page
    first, so that nothing a person wrote is lost with the form.
    """
    import pikepdf

    try:
        original = pikepdf.open(SOURCE, attempt_recovery=False)
    except pikepdf.PasswordError as error:
        raise Refused("encrypted") from error
    with original, pikepdf.new() as rebuilt:
        if original.is_encrypted:
            raise Refused("encrypted")
        pages = len(original.pages)
        if not 1 <= pages <= MAX_PAGES:
            raise Refused("too_many_pages" if pages else "broken")
        if len(original.objects) > MAX_OBJECTS:
            raise Refused("too_heavy")
        _draw_form_values(original)
        seen: set[tuple[int, int]] = set()
        for page in original.pages:
            _require_paper(page)
            rebuilt.pages.append(page)
            _clean_page(rebuilt.pages[-1].obj, seen)
        _require_bounded(rebuilt)
        rebuilt.save(target, deterministic_id=True)
    target.seek(0)
    _require_inert(target)
    return {"kind": "pdf", "pages": pages}


def _require_paper(page: Any) -> None:
    """A page that a reader can draw: sides between one point and five metres, whatever unit it claims."""
    box = [float(value) for value in page.mediabox]
    unit = float(page.obj.get("/UserUnit", 1))
    sides = [abs(box[2] - box[0]) * unit, abs(box[3] - box[1]) * unit]
    if not all(math.isfinite(side) and 1 <= side <= MAX_SIDE for side in sides):
        raise Refused("too_heavy")


def _require_bounded(pdf: Any) -> None:
    """Streams that unpack to gigabytes are refused here rather than on the reader's computer.

    A picture is bounded by its own width and height, which readers go by.
    """
    import pikepdf

    total = 0
    for item in pdf.objects:
        if not isinstance(item, pikepdf.Stream):
            continue
        if str(item.get("/Subtype", "")) == "/Image":
            if int(item.get("/Width", 0)) * int(item.get("/Height", 0)) > MAX_PIXELS:
                raise Refused("too_many_pixels")
            continue
        total += _unpacked_size(item)
        if total > MAX_STREAMS:
            raise Refused("too_heavy")


def _unpacked_size(stream: Any) -> int:
    """Bytes after all filters. Raises Refused above the limit.

    The usual filter is counted piece by piece, also when it was used several times over. What is packed in another
    way is unpacked whole: the memory of this process is then the limit.
    """
    names = _filters(stream)
    if not set(names) <= {"/FlateDecode", "/Fl"}:
        size = len(stream.read_bytes())
        if size > MAX_STREAM:
            raise Refused("too_heavy")
        return size
    parts: Iterator[bytes] = iter([stream.read_raw_bytes()])
    for _ in names:
        parts = _inflated(parts)
    return _bounded(parts)


def _filters(stream: Any) -> list[str]:
    import pikepdf

    named = stream.get("/Filter", pikepdf.Array())
    return [str(one) for one in named] if isinstance(named, pikepdf.Array) else [str(named)]


def _inflated(parts: Iterator[bytes]) -> Iterator[bytes]:
    """A megabyte at a time; what is broken ends there, as readers show it."""
    unpacker = zlib.decompressobj()
    with contextlib.suppress(zlib.error):
        for part in parts:
            rest = part
            while rest and not unpacker.eof:
                yield unpacker.decompress(rest, 1024**2)
                rest = unpacker.unconsumed_tail


def _bounded(parts: Iterator[bytes]) -> int:
    total = 0
    for part in parts:
        total += len(part)
        if total > MAX_STREAM:
            raise Refused("too_heavy")
    return total


def _draw_form_values(original: Any) -> None:
    """Turn filled-in fields into ink, as their program drew them.

    Where it left the drawing to the reader, we would have to set Japanese type ourselves and might lose what was
    written: the person is asked for a printed version instead.
    """
    form = original.Root.get("/AcroForm")
    undrawn = form is not None and bool(form.get("/NeedAppearances", False))
    for page in original.pages:
        for field in page.get("/Annots", []):
            if _is_filled(field) and (undrawn or "/N" not in field.get("/AP", {})):
                raise Refused("form_not_drawn")
    if undrawn:
        del form["/NeedAppearances"]
    original.flatten_annotations("all")


def _is_filled(field: Any) -> bool:
    """Whether this is a text or choice field with a value, its own or its parent's."""
    for _ in range(20):
        if str(field.get("/V", "")).strip():
            return str(field.get("/FT", field.get("/Parent", {}).get("/FT", ""))) in ("/Tx", "/Ch")
        if "/Parent" not in field:
            return False
        field = field["/Parent"]
    return False


def _clean_page(page: Any, seen: set[tuple[int, int]]) -> None:
    import pikepdf

    _keep(page, PAGE_KEYS)
    contents = page.get("/Contents")
    parts = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
    for part in parts:
        if isinstance(part, pikepdf.Stream):
            _keep(part, STREAM_KEYS)
    _clean_resources(page.get("/Resources"), seen)


def _clean_resources(resources: Any, seen: set[tuple[int, int]]) -> None:
    """Descend through forms, patterns, glyph programs and soft masks: each may bring resources of its own."""
    import pikepdf

    if not isinstance(resources, pikepdf.Dictionary) or _already(resources, seen):
        return
    _keep(resources, RESOURCE_KEYS)
    for name, item in _entries(resources, "/XObject"):
        subtype = str(item.get("/Subtype", "")) if isinstance(item, pikepdf.Stream) else ""
        if subtype not in ("/Image", "/Form"):
            del resources["/XObject"][name]
            continue
        _clean_xobject(item, seen)
    for _, pattern in _entries(resources, "/Pattern"):
        _clean_resources(pattern.get("/Resources"), seen)
    for _, font in _entries(resources, "/Font"):
        _clean_resources(font.get("/Resources"), seen)
    for _, state in _entries(resources, "/ExtGState"):
        mask = state.get("/SMask")
        if isinstance(mask, pikepdf.Dictionary) and isinstance(mask.get("/G"), pikepdf.Stream):
            _clean_xobject(mask["/G"], seen)


def _clean_xobject(item: Any, seen: set[tuple[int, int]]) -> None:
    import pikepdf

    if _already(item, seen):
        return
    _keep(item, IMAGE_KEYS if str(item.get("/Subtype", "")) == "/Image" else FORM_KEYS)
    _clean_resources(item.get("/Resources"), seen)
    for key in ("/SMask", "/Mask"):
        mask = item.get(key)
        if isinstance(mask, pikepdf.Stream):
            _clean_xobject(mask, seen)


def _entries(resources: Any, key: str) -> Iterator[tuple[str, Any]]:
    import pikepdf

    group = resources.get(key)
    if isinstance(group, pikepdf.Dictionary):
        for name in list(group.keys()):
            if isinstance(group[name], pikepdf.Dictionary | pikepdf.Stream):
                yield name, group[name]


def _already(item: Any, seen: set[tuple[int, int]]) -> bool:
    mark = item.objgen
    if mark == (0, 0):
        return False
    known = mark in seen
    seen.add(mark)
    return known


def _keep(item: Any, keys: set[str]) -> None:
    for key in list(item.keys()):
        if key not in keys:
            del item[key]


def _require_inert(target: BinaryIO) -> None:
    """Look at the result and not only at the way there: refuse if anything active, or any outside file, is left."""
    import pikepdf

    with pikepdf.open(target) as rebuilt:
        for item in rebuilt.objects:
            if any(_is_active(part) for part in _direct_parts(item, 0)):
                raise Refused("unsafe")


def _direct_parts(item: Any, depth: int) -> Iterator[Any]:
    import pikepdf

    if depth > 50:
        raise Refused("unsafe")
    if isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
        yield item
        children = [item[key] for key in item.keys()]  # noqa: SIM118  (a stream iterates over its bytes)
    elif isinstance(item, pikepdf.Array):
        children = list(item)
    else:
        return
    for child in children:
        if not getattr(child, "is_indirect", True):  # a plain number or name has no parts
            yield from _direct_parts(child, depth + 1)


def _is_active(item: Any) -> bool:
    import pikepdf

    keys = set(item.keys())
    return (
        str(item.get("/Type", "")) in ACTIVE_TYPES
        or str(item.get("/S", "")) in ACTIVE_ACTIONS
        or bool(keys & ACTIVE_KEYS)
        or (isinstance(item, pikepdf.Stream) and "/F" in keys)
    )
