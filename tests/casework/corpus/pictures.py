"""Pictures: ordinary, gigantic, cut off, talkative, and two things at once."""

import io
import os
import struct
import zipfile
import zlib
from typing import Any

import pillow_heif
from PIL import Image
from PIL.PngImagePlugin import PngInfo

CANARY = b"CANARY-7731"
HTML = b"<html><body><script>alert('" + CANARY + b"')</script></body></html>"


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40), mode: str = "RGB", **options: Any) -> bytes:
    image = Image.new(mode, size, "red" if mode == "RGB" else None)
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def noise(megabytes: int) -> bytes:
    """A true photograph of at least this size that no program can make smaller."""
    side = int((megabytes * 1024**2 / 2.5) ** 0.5) + 200
    image = Image.frombytes("RGB", (side, side), os.urandom(side * side * 3))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=96, subsampling=0)
    return buffer.getvalue()


# -- gigantic


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_bomb(side: int) -> bytes:
    """A PNG of side x side white dots that takes few bytes."""
    rows = zlib.compress((b"\x00" + b"\xff" * (side // 8)) * side, 9)
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")


def jpeg_bomb(side: int) -> bytes:
    """A small JPEG whose header claims side x side."""
    plain = picture()
    start = plain.index(b"\xff\xc0") + 5
    return plain[:start] + struct.pack(">HH", side, side) + plain[start + 4 :]


def heic_bomb(side: int) -> bytes:
    """A small HEIC whose boxes claim side x side."""
    plain = heic()
    start = plain.index(b"ispe") + 8
    return plain[:start] + struct.pack(">II", side, side) + plain[start + 8 :]


def png_text_bomb() -> bytes:
    """A compressed text of 100 MB inside a PNG of some dots."""
    plain = picture("PNG")
    text = b"Comment\x00\x00" + zlib.compress(bytes(100 * 1024**2), 9)
    return plain[:33] + _chunk(b"zTXt", text) + plain[33:]


def png_profile_bomb() -> bytes:
    """A colour profile that unpacks to 100 MB."""
    plain = picture("PNG")
    profile = b"icc\x00\x00" + zlib.compress(bytes(100 * 1024**2), 9)
    return plain[:33] + _chunk(b"iCCP", profile) + plain[33:]


# -- talkative


def heic() -> bytes:
    buffer = io.BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", (64, 48), "blue")).save(buffer)
    return buffer.getvalue()


def heic_with_place() -> bytes:
    buffer = io.BytesIO()
    image = pillow_heif.from_pillow(Image.new("RGB", (64, 48), "blue"))
    image.save(buffer, exif=b"Exif\x00\x00" + _tiff(), xmp=b"<x>" + CANARY + b"</x>")
    return buffer.getvalue()


def jpeg_with_everything() -> bytes:
    """Camera, serial number, position, maker's note and a thumbnail with a comment of its own; XMP, comment, profile."""
    xmp = b"http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta>" + CANARY + b"</x:xmpmeta>"
    exif = b"Exif\x00\x00" + _tiff()
    return picture(exif=exif, xmp=xmp[29:], comment=CANARY, icc_profile=b"profile " + CANARY)


def _tiff() -> bytes:
    """EXIF by hand: IFD0 (maker, model, two pointers), EXIF IFD (maker's note, serial number), GPS IFD, IFD1 (thumbnail).

    Pillow writes no thumbnail and drops a maker's note, which are what gives people away.
    """
    thumbnail = picture(size=(16, 12), comment=CANARY)
    body = bytearray(b"II*\x00\x08\x00\x00\x00")
    tail = bytearray()
    # Each directory: count, entries of 12 bytes, and the place of the next one.
    sizes = [2 + 12 * count + 4 for count in (4, 2, 2, 3)]
    starts = [8, 8 + sizes[0], 8 + sum(sizes[:2]), 8 + sum(sizes[:3])]
    end = 8 + sum(sizes)

    def far(data: bytes) -> int:
        place = end + len(tail)
        tail.extend(data + b"\x00" * (len(data) % 2))
        return place

    def text(tag: int, data: bytes, kind: int = 2) -> bytes:
        return struct.pack("<HHII", tag, kind, len(data), far(data))

    def number(tag: int, value: int) -> bytes:
        return struct.pack("<HHII", tag, 4, 1, value)

    degrees = struct.pack("<6I", 35, 1, 36, 1, 29, 1)
    directories = [
        ([text(0x010F, CANARY), text(0x0110, CANARY), number(0x8769, starts[1]), number(0x8825, starts[2])], starts[3]),
        ([text(0x927C, b"NOTE" + CANARY, 7), text(0xA431, CANARY)], 0),
        ([struct.pack("<HHII", 2, 5, 3, far(degrees)), text(0x1C, b"ASCII\x00\x00\x00" + CANARY, 7)], 0),
        ([number(0x0103, 6), number(0x0201, far(thumbnail)), number(0x0202, len(thumbnail))], 0),
    ]  # fmt: skip
    for entries, following in directories:
        body += struct.pack("<H", len(entries)) + b"".join(entries) + struct.pack("<I", following)
    return bytes(body + tail)


def png_with_texts() -> bytes:
    texts = PngInfo()
    texts.add_text("Author", CANARY.decode())
    texts.add_itxt("XML:com.adobe.xmp", CANARY.decode())
    return picture("PNG", pnginfo=texts, exif=b"Exif\x00\x00" + _tiff())


def animated_png() -> bytes:
    """Two frames; the second one carries the canary as its picture."""
    frames = [Image.new("RGB", (40, 30), colour) for colour in ("red", "blue")]
    buffer = io.BytesIO()
    frames[0].save(buffer, "PNG", save_all=True, append_images=frames[1:])
    return buffer.getvalue()


def sixteen_bit_png() -> bytes:
    buffer = io.BytesIO()
    Image.new("I;16", (8, 8), 0x8000).save(buffer, "PNG")
    return buffer.getvalue()


# -- two things at once


def jpeg_and_zip() -> bytes:
    """Opens as a photograph and as an archive with a program in it."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("run.exe", b"MZ" + CANARY)
    return picture() + archive.getvalue()


def jpeg_and_html() -> bytes:
    return picture(comment=HTML) + HTML


def png_and_html() -> bytes:
    return picture("PNG") + HTML


def gif_and_html() -> bytes:
    return b"GIF89a/*" + HTML + b"*/=1;"


def svg() -> bytes:
    return b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>"
