"""Health probe of a container: `python -m launcher.probe /readyz [port]`. Exit status 0 when the answer is 200.

Asks as the reverse proxy would, so that host check and HTTPS redirect stay on for everyone.
"""

from __future__ import annotations

import http.client
import os
import sys


def main(path: str, port: int = 8000) -> int:
    host = os.environ.get("PORTAL_ALLOWED_HOSTS", "localhost").split(",")[0]
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path, headers={"Host": host, "X-Forwarded-Proto": "https"})
        return 0 if connection.getresponse().status == 200 else 1
    except (OSError, http.client.HTTPException):
        return 1
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], *map(int, sys.argv[2:3])))
