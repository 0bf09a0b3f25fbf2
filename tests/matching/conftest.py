import pytest

from tests.matching.scene import Scene, make_scene


@pytest.fixture
def scene(clean_slate: None) -> Scene:
    return make_scene()
