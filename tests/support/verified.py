"""A fixture: each store that a test has ingested into must be right when the test ends."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.lines import STORES, require_verified


@pytest.fixture(autouse=True)
def verify_stores(request: pytest.FixtureRequest) -> Iterator[None]:
    """Verify the stores that `read_in` wrote to and that are still there.

    A test marked `damages_store` is about a store that is wrong.
    """
    STORES.clear()
    yield
    if not request.node.get_closest_marker("damages_store"):
        for store in filter(Path.exists, STORES):
            require_verified(store)
