"""How the tests run: Hypothesis the same way every time, and one DuckDB for those that need no store."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, settings

from logstats.store import Session

# An example reads logs into a store, which takes longer than Hypothesis thinks right for one, and
# making a failing one smaller takes minutes: HYPOTHESIS_PROFILE=search does that, and tries new ones.
settings.register_profile(
    "ci",
    deadline=None,
    derandomize=True,
    print_blob=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.register_profile("search", settings.get_profile("ci"), derandomize=False, phases=tuple(Phase))
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.fixture(scope="session")
def session() -> Iterator[Session]:
    """Give a DuckDB without a store, to run single statements in."""
    with Session() as opened:
        yield opened
