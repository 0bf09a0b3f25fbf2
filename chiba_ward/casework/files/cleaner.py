"""The part that parses what strangers send. Run as a program of its own by `sandbox`, never imported by the portal.

It needs Pillow, pillow-heif, pikepdf and libmagic, and nothing of Django: no settings, no secrets, no database.
Usage: cleaner.py KIND RESULT <source >target. KIND is what the file name claims. All three files are open already
and need no name: source and target are regular files, RESULT is the number of the third, which receives one line of
JSON.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import sys
import warnings
from pathlib import Path
from typing import Any, BinaryIO

sys.path.insert(0, str(Path(__file__).parent))  # isolated mode leaves it out
from cleaner_pdf import MAX_PIXELS, SOURCE, Refused, clean_pdf  # type: ignore[import-not-found]

MEMORY_BYTES = 1024**3
CPU_SECONDS = 20
OUTPUT_BYTES = 32 * 1024**2
FREE_BYTES = 1024**2
JPEG_QUALITY = 88

MIME_KINDS = {
    "image/jpeg": "jpeg", "image/png": "png", "image/heic": "heic", "image/heif": "heic", "application/pdf": "pdf",
}  # fmt: skip
HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"}


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


def clean_image(kind: str, target: BinaryIO) -> dict[str, Any]:
    """Decode and encode anew: position, camera, comments, further frames and whatever follows the picture are gone."""
    from PIL import Image, ImageOps

    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    try:
        with _open_image(kind) as image:
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


def _open_image(kind: str) -> Any:
    from PIL import Image

    if kind == "heic":
        import pillow_heif

        pillow_heif.options.DECODE_THREADS = 1
        pillow_heif.register_heif_opener(thumbnails=False)
    return Image.open(SOURCE, formats={"jpeg": ("JPEG", "MPO"), "png": ("PNG",), "heic": ("HEIF",)}[kind])


def _plain_mode(image: Any, *, transparent: bool) -> Any:
    if image.mode.startswith("I"):
        # 16 bits of grey: Pillow would clip them to white instead of scaling.
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.mode in ("L", "RGB") and "transparency" not in image.info:
        return image
    see_through = "A" in image.mode or "transparency" in image.info
    return image.convert("RGBA" if see_through and transparent else "RGB")


# -- the program


def limit_myself() -> None:
    """Before any parser is loaded: at most 1 GB, 20 s of computing, 32 MB written, no memory dump on disk.

    When the machine runs out of memory all the same, this process goes first and no page of a resident with it.
    """
    for which, most in {
        resource.RLIMIT_AS: MEMORY_BYTES,
        resource.RLIMIT_CPU: CPU_SECONDS,
        resource.RLIMIT_FSIZE: OUTPUT_BYTES,
        resource.RLIMIT_NOFILE: 64,
        resource.RLIMIT_CORE: 0,
    }.items():
        hard = resource.getrlimit(which)[1]
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)  # a stricter host stays strict
        resource.setrlimit(which, (bound, bound))
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")


def clean(claimed: str, target: BinaryIO) -> dict[str, Any]:
    """Name, first bytes and parser must agree. Raises Refused."""
    with open(SOURCE, "rb") as stream:  # noqa: PTH123  (no path: a file that is open already)
        kind = sniff(stream.read(8192))
    if kind != claimed:
        raise Refused("mismatch")
    try:
        return clean_pdf(target) if kind == "pdf" else clean_image(kind, target)
    except (Refused, MemoryError, RecursionError):
        raise
    except Exception as error:
        if _is_full(target):
            raise Refused("no_space") from error
        # Parsers fail on strange files in many ways, and all of them mean the same to the person.
        raise Refused("broken") from error


def _is_full(target: BinaryIO) -> bool:
    """Encoders do not tell a full disk from a broken picture."""
    disk = os.fstatvfs(target.fileno())
    return disk.f_bavail * disk.f_frsize < FREE_BYTES


def main(arguments: list[str]) -> None:
    claimed, result = arguments
    limit_myself()
    try:
        with open(1, "w+b") as target:
            answer = clean(claimed, target)
    except Refused as refusal:
        answer = {"refused": str(refusal)}
    except (MemoryError, RecursionError):
        answer = {"refused": "too_heavy"}
    with open(int(result), "w", encoding="ascii") as told:  # noqa: PTH123
        told.write(json.dumps(answer))


if __name__ == "__main__":
    main(sys.argv[1:])
