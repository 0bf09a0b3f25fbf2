"""What a person can read in an answer: the page, the table, the text layer and the properties of a PDF, the headers."""

import io

from django.http.response import HttpResponseBase
from pypdf import PdfReader


def text_of(response: HttpResponseBase) -> str:
    body = b"".join(response) if response.streaming else response.content  # type: ignore[attr-defined]  # either
    headers = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
    cookies = "\n".join(morsel.OutputString() for morsel in response.cookies.values())
    kind = response.headers.get("Content-Type", "")
    return "\n".join([headers, cookies, pdf_text(body) if "pdf" in kind else body.decode("utf-8", "replace")])


def pdf_text(content: bytes) -> str:
    reader = PdfReader(io.BytesIO(content))
    return "\n".join([str(reader.metadata or ""), *(page.extract_text() for page in reader.pages)])
