"""The part that parses what strangers send. Run as a program of its own by `sandbox`, never imported by the portal.

It needs Pillow, pillow-heif, pikepdf and libmagic, and nothing of Django: no settings, no secrets, no database.
Usage: cleaner.py KIND SOURCE TARGET RESULT. KIND is what the file name claims. RESULT receives one line of JSON.
"""

from __future__ import annotations

import json
import resource
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MEMORY_BYTES = 1024**3
CPU_SECONDS = 20
OUTPUT_BYTES = 32 * 1024**2
MAX_PIXELS = 40_000_000
MAX_PAGES = 200
MAX_OBJECTS = 200_000
JPEG_QUALITY = 88

MIME_KINDS = {
    "image/jpeg": "jpeg", "image/png": "png", "image/heic": "heic", "image/heif": "heic", "application/pdf": "pdf",
}  # fmt: skip
HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"}
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


def sniff(head: bytes) -> str:
    """The kind by libmagic, confirmed by the signature in the very first bytes.

    Sniffers look for `%PDF` further on and so call an HTML page with it a PDF; readers start at the first byte.
    """
    import magic

    kind = MIME_KINDS.get(magic.from_buffer(head, mime=True), "")
    signed = {
        "jpeg": head.startswith(b"\xff\xd8\xff"),
        "png": head.startswith(b"\x89PNG\r\n\x1a\n"),
        "pdf": head.startswith(b"%PDF-"),
        "heic": head[4:8] == b"ftyp" and head[8:12] in HEIC_BRANDS,
    }
    if not signed.get(kind):
        raise Refused("type_not_allowed")
    return kind


# -- images


def clean_image(kind: str, source: Path, target: Path) -> dict[str, Any]:
    """Decode and encode anew: position, camera, comments, further frames and whatever follows the picture are gone."""
    from PIL import Image, ImageOps

    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    try:
        with _open_image(kind, source) as image:
            if image.width * image.height > MAX_PIXELS:
                raise Refused("too_many_pixels")
            image.load()
            upright = ImageOps.exif_transpose(image)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused("too_many_pixels") from error
    plain = _plain_mode(upright, transparent=kind == "png")
    plain.info = {}
    if kind == "png":
        plain.save(target, "PNG")
    else:
        plain.save(target, "JPEG", quality=JPEG_QUALITY)
    return {"kind": "png" if kind == "png" else "jpeg", "width": plain.width, "height": plain.height}


def _open_image(kind: str, source: Path) -> Any:
    from PIL import Image

    if kind == "heic":
        import pillow_heif

        pillow_heif.options.DECODE_THREADS = 1
        pillow_heif.register_heif_opener(thumbnails=False)
    return Image.open(source, formats={"jpeg": ("JPEG", "MPO"), "png": ("PNG",), "heic": ("HEIF",)}[kind])


def _plain_mode(image: Any, *, transparent: bool) -> Any:
    if image.mode.startswith("I"):
        # 16 bits of grey: Pillow would clip them to white instead of scaling.
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.mode in ("L", "RGB") and "transparency" not in image.info:
        return image
    see_through = "A" in image.mode or "transparency" in image.info
    return image.convert("RGBA" if see_through and transparent else "RGB")


# -- PDF


def clean_pdf(source: Path, target: Path) -> dict[str, Any]:
    """Carry the pages over into a new file, each with an allowlist of keys; scripts, actions, files and author stay.

    Deleting keys in place left embedded files behind (ASSURANCE FI5). Filled-in form fields are drawn into the page
    first, so that nothing a person wrote is lost with the form.
    """
    import pikepdf

    try:
        original = pikepdf.open(source, attempt_recovery=False)
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
            rebuilt.pages.append(page)
            _clean_page(rebuilt.pages[-1].obj, seen)
        rebuilt.save(target, deterministic_id=True)
    _require_inert(target)
    return {"kind": "pdf", "pages": pages}


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

    _keep(item, IMAGE_KEYS if str(item.get("/Subtype", "")) == "/Image" else FORM_KEYS)
    _clean_resources(item.get("/Resources"), seen)
    for key in ("/SMask", "/Mask"):
        mask = item.get(key)
        if isinstance(mask, pikepdf.Stream) and not _already(mask, seen):
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


def _require_inert(target: Path) -> None:
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


# -- the program


def limit_myself() -> None:
    """Before any parser is loaded: at most 1 GB, 20 s of computing, 32 MB written, no memory dump on disk."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (OUTPUT_BYTES, OUTPUT_BYTES))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def clean(claimed: str, source: Path, target: Path) -> dict[str, Any]:
    """Name, first bytes and parser must agree. Raises Refused."""
    with source.open("rb") as stream:
        kind = sniff(stream.read(8192))
    if kind != claimed:
        raise Refused("mismatch")
    try:
        return clean_pdf(source, target) if kind == "pdf" else clean_image(kind, source, target)
    except (Refused, MemoryError):
        raise
    except Exception as error:
        # Parsers fail on strange files in many ways, and all of them mean the same to the person.
        raise Refused("broken") from error


def main(arguments: list[str]) -> None:
    claimed, source, target, result = arguments
    limit_myself()
    try:
        answer = clean(claimed, Path(source), Path(target))
    except Refused as refusal:
        answer = {"refused": str(refusal)}
    except (MemoryError, RecursionError):
        answer = {"refused": "too_heavy"}
    Path(result).write_text(json.dumps(answer))


if __name__ == "__main__":
    main(sys.argv[1:])
