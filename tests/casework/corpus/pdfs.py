"""PDFs: with everything that acts, hides or tells, and with everything that is too much."""

import io
import zlib
from collections.abc import Callable
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

CANARY = b"CANARY-7731"
WORD = CANARY.decode()


def plain_pdf(pages: int = 1, **save: Any) -> bytes:
    pdf = pikepdf.new()
    for _ in range(pages):
        pdf.add_blank_page(page_size=(595, 842))
    buffer = io.BytesIO()
    pdf.save(buffer, **save)
    return buffer.getvalue()


def changed(change: Callable[[Any], None], **save: Any) -> bytes:
    """A page of A4 after `change`."""
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(595, 842))
    change(pdf)
    buffer = io.BytesIO()
    pdf.save(buffer, **save)
    return buffer.getvalue()


# -- what acts, hides or tells


def hostile_pdf() -> bytes:
    """Scripts, actions, an embedded file, author, XFA, optional content; and an honest form value."""
    return changed(_everything, compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable)


def _everything(pdf: Any) -> None:
    page = pdf.pages[0]
    script = pdf.make_indirect(Dictionary(S=Name.JavaScript, JS=f"app.alert('{WORD}')"))
    launch = pdf.make_indirect(Dictionary(S=Name.Launch, F="calc.exe"))
    spec = _embedded(pdf)
    field = _drawn_field(pdf, spec, script)
    annotations = [
        Dictionary(Subtype=Name.Link, A=launch),
        Dictionary(Subtype=Name.Link, A=Dictionary(S=Name.URI, URI="http://evil.example/")),
        Dictionary(Subtype=Name.Link, A=Dictionary(S=Name.GoToR, F="file:///etc/passwd", D=[0])),
        Dictionary(Subtype=Name.FileAttachment, FS=spec),
        Dictionary(Subtype=Name.Text, Contents=WORD, T=WORD),
    ]
    for one in annotations:
        one.Type, one.Rect = Name.Annot, Array([0, 0, 9, 9])
    page.obj.Annots = Array([field, *(pdf.make_indirect(one) for one in annotations)])
    page.obj.AA = Dictionary(O=script)
    page.obj.Metadata = pdf.make_stream(CANARY)
    page.obj.PieceInfo = Dictionary(Editor=Dictionary(Private=spec))
    pdf.Root.OpenAction = script
    pdf.Root.AA = Dictionary(WC=script)
    pdf.Root.Names = Dictionary(
        JavaScript=Dictionary(Names=["a", script]), EmbeddedFiles=Dictionary(Names=["a", spec])
    )
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]), XFA=Array(["template", pdf.make_stream(CANARY)]))
    pdf.docinfo["/Author"] = pdf.docinfo["/Title"] = WORD
    with pdf.open_metadata() as metadata:
        metadata["dc:creator"] = [WORD]


def _embedded(pdf: Any) -> Any:
    embedded = pdf.make_stream(CANARY)
    embedded.Type = Name.EmbeddedFile
    return pdf.make_indirect(Dictionary(Type=Name.Filespec, F=f"{WORD}.exe", EF=Dictionary(F=embedded)))


def _drawn_field(pdf: Any, spec: Any, script: Any) -> Any:
    ink = pdf.make_stream(
        b"BT /F1 12 Tf 5 5 Td (KEPT-VALUE) Tj ET",
        Type=Name.XObject,
        Subtype=Name.Form,
        BBox=Array([0, 0, 200, 20]),
        AF=Array([spec]),
    )
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    hidden = Dictionary(MC0=pdf.make_indirect(Dictionary(Hidden=spec)))
    ink.Resources = Dictionary(Font=Dictionary(F1=font), Properties=hidden)
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T="name", V="KEPT-VALUE", Rect=[100, 700, 300, 720], F=4,
            AP=Dictionary(N=ink), AA=Dictionary(K=script),
        )
    )  # fmt: skip


def updated_pdf() -> bytes:
    """An incremental update that gives an innocent file an action on opening, and keeps its old author below."""
    base = changed(_with_author, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    with pikepdf.open(io.BytesIO(base)) as pdf:
        root, pages, size = pdf.Root.objgen[0], pdf.Root.Pages.objgen[0], int(pdf.trailer.Size)
    before = base.rindex(b"startxref")
    previous = int(base[before:].split()[1])
    update = (
        f"\n{root} 0 obj\n<</Type /Catalog /Pages {pages} 0 R"
        f" /OpenAction <</S /JavaScript /JS ({WORD})>>>>\nendobj\n"
    ).encode()
    table = len(base) + len(update)
    place = len(base) + 1
    trailer = (
        f"xref\n{root} 1\n{place:010d} 00000 n \ntrailer\n<</Size {size} /Root {root} 0 R /Prev {previous}>>\n"
        f"startxref\n{table}\n%%EOF\n"
    ).encode()
    return base + update + trailer


def _with_author(pdf: Any) -> None:
    pdf.docinfo["/Author"] = WORD


def outside_stream_pdf() -> bytes:
    """An image whose bytes are said to lie in another file."""

    def change(pdf: Any) -> None:
        outside = pdf.make_stream(
            b"", Type=Name.XObject, Subtype=Name.Image, Width=1, Height=1, F="/etc/passwd"
        )
        pdf.pages[0].obj.Resources = Dictionary(XObject=Dictionary(X=outside))

    return changed(change)


def hidden_script_pdf() -> bytes:
    """A script where no reader looks for one: reached from a font."""

    def change(pdf: Any) -> None:
        script = pdf.make_indirect(Dictionary(S=Name.JavaScript, JS="1"))
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Hidden=script)
        pdf.pages[0].obj.Resources = Dictionary(Font=Dictionary(F1=font))

    return changed(change)


def encrypted_pdf(user: str) -> bytes:
    return plain_pdf(encryption=pikepdf.Encryption(owner="owner", user=user))


def undrawn_form_pdf() -> bytes:
    """What was typed stands in the form alone, and each reader draws it itself."""
    return form_pdf(value="千葉花子", drawn=False, left_to_reader=True)


def form_pdf(*, value: str, drawn: bool, left_to_reader: bool) -> bytes:
    def change(pdf: Any) -> None:
        field = pdf.make_indirect(
            Dictionary(
                Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T="n", V=value, Rect=[0, 0, 99, 20], F=4
            )
        )
        if drawn:
            ink = pdf.make_stream(
                b"0 0 9 9 re f", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 99, 20])
            )
            field.AP = Dictionary(N=ink)
        pdf.pages[0].obj.Annots = Array([field])
        pdf.Root.AcroForm = Dictionary(Fields=Array([field]), NeedAppearances=left_to_reader)

    return changed(change)


# -- what is too much


def zeros(megabytes: int) -> bytes:
    """A stream of Flate that unpacks to so many megabytes of blanks."""
    packer = zlib.compressobj(9)
    block = b" " * 1024**2
    return b"".join(packer.compress(block) for _ in range(megabytes)) + packer.flush()


def drawing_bomb() -> bytes:
    """The drawing of a page that unpacks to 200 MB."""
    return changed(lambda pdf: _contents(pdf, zeros(200), Name.FlateDecode), compress_streams=False)


def drawing_bomb_packed_twice() -> bytes:
    """Packed twice: 200 MB from some bytes."""
    filters = Array([Name.FlateDecode, Name.FlateDecode])
    return changed(lambda pdf: _contents(pdf, zlib.compress(zeros(200), 9), filters), compress_streams=False)


def many_drawings_bomb() -> bytes:
    """Each form is just allowed; together they are 300 MB."""

    def change(pdf: Any) -> None:
        forms = {f"F{number}": _form(pdf, zeros(30)) for number in range(10)}
        pdf.pages[0].obj.Resources = Dictionary(XObject=Dictionary(**forms))

    return changed(change, compress_streams=False)


def _form(pdf: Any, packed: bytes) -> Any:
    form = pikepdf.Stream(pdf, b"")
    form.write(packed, filter=Name.FlateDecode)
    form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array([0, 0, 9, 9])
    return form


def _contents(pdf: Any, packed: bytes, filters: Any) -> None:
    drawing = pikepdf.Stream(pdf, b"")
    drawing.write(packed, filter=filters)
    pdf.pages[0].obj.Contents = drawing


def image_bomb() -> bytes:
    """An image of 50,000 x 50,000 in some bytes."""

    def change(pdf: Any) -> None:
        image = pikepdf.Stream(pdf, b"")
        image.write(zeros(1), filter=Name.FlateDecode)
        image.Type, image.Subtype, image.ColorSpace = Name.XObject, Name.Image, Name.DeviceGray
        image.Width = image.Height = 50_000
        image.BitsPerComponent = 8
        pdf.pages[0].obj.Resources = Dictionary(XObject=Dictionary(X=image))

    return changed(change, compress_streams=False)


def huge_page_pdf() -> bytes:
    return changed(lambda pdf: setattr(pdf.pages[0].obj, "MediaBox", Array([0, 0, 10**9, 10**9])))


def huge_unit_pdf() -> bytes:
    return changed(lambda pdf: setattr(pdf.pages[0].obj, "UserUnit", 10_000))


def deep_array_pdf() -> bytes:
    """Arrays in arrays, ten thousand deep."""
    return (
        plain_pdf()
        .replace(b"/Type /Page\n", b"/X " + b"[" * 10_000 + b"]" * 10_000 + b" /Type /Page\n")
        .replace(b"/Type /Page ", b"/X " + b"[" * 10_000 + b"]" * 10_000 + b" /Type /Page ", 1)
    )


def nested_forms_pdf() -> bytes:
    """Forms in forms, two thousand deep."""

    def change(pdf: Any) -> None:
        inner = _form(pdf, zlib.compress(b"q Q"))
        for _ in range(2_000):
            outer = _form(pdf, zlib.compress(b"/X Do"))
            outer.Resources = Dictionary(XObject=Dictionary(X=inner))
            inner = outer
        pdf.pages[0].obj.Resources = Dictionary(XObject=Dictionary(X=inner))

    return changed(change)


def circular_forms_pdf() -> bytes:
    """A form that draws itself."""

    def change(pdf: Any) -> None:
        form = pdf.make_indirect(_form(pdf, zlib.compress(b"/X Do")))
        form.Resources = Dictionary(XObject=Dictionary(X=form))
        pdf.pages[0].obj.Resources = Dictionary(XObject=Dictionary(X=form))

    return changed(change)


def circular_tree_pdf() -> bytes:
    """A page tree that contains itself."""
    content = plain_pdf(object_stream_mode=pikepdf.ObjectStreamMode.disable)
    with pikepdf.open(io.BytesIO(content)) as pdf:
        tree = pdf.Root.Pages.objgen[0]
        page = pdf.pages[0].obj.objgen[0]
    return content.replace(f"/Kids [ {page} 0 R ]".encode(), f"/Kids [ {tree} 0 R ]".encode())
