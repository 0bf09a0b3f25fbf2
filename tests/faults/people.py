"""Residents and staff as a browser makes them: cookies, tokens, forms, nothing but HTTP. And the ledger of receipts."""

import html
import re
import time
from dataclasses import dataclass, field
from typing import Any

import requests

from tests.faults.forms import form_for

NUMBER = re.compile(r'id="receipt-number">(.*?)</p>', re.DOTALL)
PHRASE = re.compile(r"\d{4} \d{4} \d{4} \d{4}")
TAGS = re.compile(r"<[^>]+>")
SECONDS = 15


class Visitor:
    """One browser. Every answer must be a page that belongs to it: an error of the server is an AssertionError."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.session = requests.Session()
        self.session.trust_env = False
        # A kept connection may be closed by the other side just as it is used: not the fault that is tried here.
        self.session.headers.update({"Connection": "close", "Accept-Language": "ja"})

    def close(self) -> None:
        self.session.close()

    def get(self, path: str) -> requests.Response:
        return self._sound(self.session.get(self._url(path), timeout=SECONDS))

    def post(
        self,
        path: str,
        data: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        base: str = "",
    ) -> requests.Response:
        token = self.session.cookies.get("csrftoken") or ""
        sent = {"csrfmiddlewaretoken": token, **(data or {})}
        url = self._url(path).replace(self.base, base or self.base)
        return self._sound(self.session.post(url, sent, headers=headers, timeout=SECONDS))

    def press(
        self, page: requests.Response, data: dict[str, Any], *, to: str = "", carrying: str = ""
    ) -> requests.Response:
        """Send a form of the page with all that it carries."""
        form = form_for(page.text, to=to, carrying=carrying)
        return self.post(form.action or page.url, {**form.hidden, **data})

    def _url(self, path: str) -> str:
        return path if path.startswith("http") else self.base + path

    @staticmethod
    def _sound(response: requests.Response) -> requests.Response:
        assert response.status_code < 500, f"{response.status_code} {response.url}"
        return response


@dataclass(frozen=True)
class Receipt:
    """What a resident takes home; `address` is where the mail goes."""

    number: str
    phrase: str
    address: str
    is_repeat: bool


def receipt_on(page: str, address: str) -> Receipt | None:
    """The receipt on a page, or None for another page."""
    found, phrase = NUMBER.search(page), PHRASE.search(page)
    if not found or not phrase:
        return None
    number = html.unescape(TAGS.sub("", found[1])).strip()
    return Receipt(number, phrase[0], address, "もう受け付けています" in page)


class Resident(Visitor):
    """Somebody with a worry, who fills in the four screens and sends."""

    def __init__(self, base: str, name: str) -> None:
        super().__init__(base)
        self.address = f"{name}@resident.test"
        self.check = ""

    def write(self) -> None:
        """Everything up to the last press."""
        self.get("/consult/")
        page = self.post("/consult/")
        topic = re.search(r'name="topic" value="([^"]+)"', page.text)
        assert topic, page.text[:500]
        answers: list[dict[str, str]] = [
            {"topic": topic[1]},
            {
                "consultant_kind": "self",
                "chief_concern": "手続きのことを聞きたい",
                "body": "くわしくは窓口で話します。",
            },
            {"ward": "wakaba"},
            {"preferred": "email", "email": self.address, "name": "見本 太郎"},
        ]
        for given in answers:
            page = self.post(page.url.split("#")[0], {**given, "next": "1"})
            assert page.status_code == 200, f"{page.status_code} {TAGS.sub('', page.text)[:800]}"
        assert page.url.endswith("/check/"), page.url
        self.check = page.url

    def send(self, headers: dict[str, str] | None = None, base: str = "") -> Receipt | None:
        """Press 「この内容で送る」. None when another page than the receipt came."""
        return receipt_on(self.post(self.check, headers=headers, base=base).text, self.address)

    def send_until_acknowledged(self, tries: int = 12) -> tuple[Receipt, int]:
        """As a person does whose line broke: press again. The receipt and how many presses it took."""
        for attempt in range(1, tries + 1):
            try:
                receipt = self.send()
            except requests.RequestException:
                time.sleep(0.3)
                continue
            if receipt:
                return receipt, attempt
            time.sleep(0.3)
        raise AssertionError("never acknowledged")

    def open_case(self, receipt: Receipt) -> requests.Response:
        """Look the case up with number and passphrase."""
        self.get("/status/")
        return self.post("/status/", {"number": receipt.number, "phrase": receipt.phrase})

    def ask_for_pdf(self) -> requests.Response:
        """The paper receipt of the case that is open in this browser."""
        return self.post("/status/case/receipt/")


class Clerk(Visitor):
    """A member of staff, or of a partner agency."""

    def sign_in_with_code(self, email: str, password: str, code: str) -> requests.Response:
        """Password, then the code of the authenticator app."""
        self.get("/account/login/")
        page = self.post("/account/login/", {"login": email, "password": password})
        assert "/2fa/authenticate" in page.url, page.url
        return self.post(page.url, {"code": code})

    def sign_in_as(self, user: int) -> requests.Response:
        """One press on the demo page."""
        self.get("/account/demo/")
        return self.post("/account/demo/", {"user": str(user)})

    def show(self, number: str) -> requests.Response:
        return self.get(f"/admin/consultations/case/{number}/")

    def act(self, page: requests.Response, name: str, **answers: Any) -> requests.Response:
        """Press the button of an act on a case screen that lies open; confirm where the portal asks again."""
        data = {f"{name}-{field}": value for field, value in answers.items()}
        answer = self.press(page, data, to=f"/do/{name}/")
        if answer.status_code == 200 and 'name="sure"' in answer.text:
            return self.press(answer, {"sure": "1"}, to=f"/do/{name}/")
        return answer

    def reply(self, number: str, body: str) -> requests.Response:
        """Write, look, send."""
        page = self.get(f"/admin/consultations/case/{number}/reply/")
        preview = self.press(page, {"body": body}, carrying="seen")
        return self.press(preview, {"send": "1"}, carrying="body")


@dataclass
class Ledger:
    """Every receipt that a resident holds in hand."""

    receipts: list[Receipt] = field(default_factory=list)

    def note(self, receipt: Receipt | None) -> Receipt:
        assert receipt, "no receipt was shown"
        self.receipts.append(receipt)
        return receipt

    @property
    def numbers(self) -> list[str]:
        return [receipt.number for receipt in self.receipts]

    @property
    def addresses(self) -> list[str]:
        return [receipt.address for receipt in self.receipts]
