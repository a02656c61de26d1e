"""Settings of all tests: Hypothesis draws the same examples each time, and one DuckDB is shared."""

import os
import signal
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, Phase, settings
from tabulate import tabulate

from logstats.store import Session

REAL_LOG = "real log"  # the name of a test's property that holds a row of the table of real logs

# An example reads logs into a store, which takes longer than Hypothesis allows by default, and shrinking a
# failing one takes minutes. HYPOTHESIS_PROFILE=search draws new examples and shrinks.
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

# A shell starts a background job with SIGINT ignored, and Python leaves it so; tests signal themselves.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def record_log(request: pytest.FixtureRequest) -> Callable[[str, str, int, int], None]:
    """Return a function that adds a row to the table of real logs: name, format, hits and rejects."""
    return lambda *row: request.node.user_properties.append((REAL_LOG, row))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table of the real logs that were read."""
    pairs = [pair for report in terminalreporter.getreports("passed") for pair in report.user_properties]
    if rows := [row for name, row in pairs if name == REAL_LOG]:
        terminalreporter.section("real logs with no option")
        terminalreporter.write_line(tabulate(sorted(rows), ["log", "format", "hits", "rejects"]))


@pytest.fixture(scope="session")
def session() -> Iterator[Session]:
    """Give a session without a store, to run single statements in."""
    with Session() as opened:
        yield opened
