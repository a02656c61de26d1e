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


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options that choose some of the cases of each test, for the runs of CI."""
    parser.addoption(
        "--share", type=int, default=1, help="Run one in SHARE cases of each test (default: all)."
    )
    parser.addoption("--part", type=int, default=0, help="Which of them, from 0 on.")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep one in `--share` cases of each test, and at least one."""
    share, part = config.getoption("--share"), config.getoption("--part")
    cases: dict[str, list[pytest.Item]] = {}
    for item in items:
        cases.setdefault(item.nodeid.partition("[")[0], []).append(item)
    kept = {
        item
        for found in cases.values()
        for number, item in enumerate(found)
        if number % share == part % min(share, len(found))
    }
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = [item for item in items if item in kept]


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
