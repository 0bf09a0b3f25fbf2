"""A mail server that can also be gone, and come back at the same address."""

from aiosmtpd.controller import Controller

from tests.correspondence.support import MailServer, Server


class FaultyMailServer(MailServer):
    """Besides the modes of `MailServer`: `go_away` closes its port, `come_back` opens it again."""

    def go_away(self) -> None:
        self.controller.stop()

    def come_back(self) -> None:
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.factory = lambda: Server(self, enable_SMTPUTF8=True)  # type: ignore[method-assign]
        self.controller.start()
