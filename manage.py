#!/usr/bin/env python3
"""The one door: `python3 manage.py up`, `python3 manage.py test`, and every Django command.

It starts with the standard library alone. Written so that an older Python can read it and say what is missing.
"""

import os
import sys

OLDEST_PYTHON = (3, 11)


def main():
    if sys.version_info < OLDEST_PYTHON:
        found = "%d.%d" % sys.version_info[:2]
        sys.stderr.write(
            "Python 3.11 以上が必要です (このコマンドの Python は %s)。"
            "例: python3.11 manage.py up\n"
            "Python 3.11 or newer is needed (this is %s), for example: python3.11 manage.py up\n"
            % (found, found)
        )
        return 2
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    from launcher.cli import run

    return run(sys.argv)


if __name__ == "__main__":
    sys.exit(main())
