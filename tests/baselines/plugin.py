"""`--write`: keep today's counts as the baseline, after somebody has looked at why they changed."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write", action="store_true", help="write tests/baselines/queries.json anew")
