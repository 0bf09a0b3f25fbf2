"""Started by the tests as a process of its own: the servers of `up` under its supervisor, without the portal.

Prints "ready", then the ids of its children; stops on Ctrl-C.
"""

from __future__ import annotations

import sys
from pathlib import Path

from launcher.checkout import this_checkout
from launcher.folder import DataFolder
from launcher.servers import broker_service, postgres_service
from launcher.supervise import Supervisor
from launcher.talk import Talk


def main(path: str) -> None:
    checkout, talk = this_checkout(), Talk(sys.stderr)
    folder = DataFolder(Path(path))
    folder.create()
    with folder.held():
        folder.secrets()
        folder.choose_ports()
        supervisor = Supervisor(talk)
        try:
            supervisor.run(postgres_service(checkout, folder, talk))
            supervisor.run(broker_service(checkout, folder))
            print("ready", flush=True)
            print(*(service.child.pid for service in supervisor.services), flush=True)
            supervisor.watch()
        finally:
            supervisor.stop()


if __name__ == "__main__":
    main(sys.argv[1])
