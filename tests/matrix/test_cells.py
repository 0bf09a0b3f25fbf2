"""Every cell of the policy over HTTP: each right before each person, at the rows that tell something, by every door."""

import pytest

from chiba_ward.access.policy.loading import current
from tests.matrix.actors import PEOPLE
from tests.matrix.asking import ask, problems
from tests.matrix.cells import askings, rights
from tests.matrix.conftest import Browsers
from tests.matrix.stages import World

CELLS = [(str(right), person) for right in rights() for person in PEOPLE]


@pytest.mark.parametrize(("right", "person"), CELLS, ids=[f"{right}-{person}" for right, person in CELLS])
def test_the_cell_is_as_the_policy_says(right: str, person: str, world: World, browsers: Browsers) -> None:
    wrong = [
        f"{asking}: {what}"
        for asking in askings(current().rights[right], person)
        for what in problems(asking, ask(asking, browsers(person), world))
    ]
    assert not wrong, f"{person} ({PEOPLE[person].who}), {right}:\n" + "\n".join(wrong)
