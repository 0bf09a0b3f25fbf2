"""What a browser says in its console: script errors, files that are missing, and everything the policy blocked."""

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, Response, WebError

LOUD = ("error", "warning")
# The browser repeats every refused form (422) and unknown page (404) here; the tests see those by the page itself.
STATUS_LINE = "Failed to load resource: the server responded with a status of"


class Complaints:
    """Listens to whole browsers, so that pages opened later are heard too."""

    def __init__(self) -> None:
        self.all: list[str] = []

    def listen(self, context: BrowserContext) -> None:
        context.on("console", self._said)
        context.on("weberror", self._broke)
        context.on("response", self._answered)
        context.on("requestfailed", self._failed)

    def clear(self) -> None:
        self.all.clear()

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in LOUD and not message.text.startswith(STATUS_LINE):
            self.all.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")

    def _broke(self, error: WebError) -> None:
        self.all.append(f"script error: {error.error}")

    def _answered(self, response: Response) -> None:
        is_page = response.request.is_navigation_request()
        if response.status >= (500 if is_page else 400):
            self.all.append(f"{response.status} for {response.url}")

    def _failed(self, request: Request) -> None:
        # A download, or a page left while it loaded, ends its request without an answer.
        if "ERR_ABORTED" not in (request.failure or ""):
            self.all.append(f"no answer for {request.url}: {request.failure}")
