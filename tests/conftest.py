"""How the tests run: Hypothesis the same way every time, and one DuckDB for those that need no store."""

import os
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, Phase, settings
from tabulate import tabulate

from logstats.store import Session

REAL_LOG = "real log"  # what a test says of one it read: processes hand it on to the one that prints

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


@pytest.fixture
def record_log(request: pytest.FixtureRequest) -> Callable[[str, str, int, int], None]:
    """Give what puts a real log into the table behind the tests: its name, its format, hits and rejects."""
    return lambda *row: request.node.user_properties.append((REAL_LOG, row))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table of real logs that were read."""
    properties = [pair for report in terminalreporter.getreports("passed") for pair in report.user_properties]
    if rows := [row for name, row in properties if name == REAL_LOG]:
        terminalreporter.section("real logs with no option")
        terminalreporter.write_line(tabulate(sorted(rows), ["log", "format", "hits", "rejects"]))


@pytest.fixture(scope="session")
def session() -> Iterator[Session]:
    """Give a DuckDB without a store, to run single statements in."""
    with Session() as opened:
        yield opened
