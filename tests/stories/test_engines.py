"""Each engine gives the figures of one ingest, and does the jobs of a worker that is gone again.

`make cluster` installs the packages of the engines; where one is not installed, its test is skipped.
"""

import os
import signal
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest
from support.lines import Contents, contents, numbered, read_in

from logstats import engines
from logstats.config import Settings, Site
from logstats.errors import UsageError
from logstats.shards import cluster, exchange, work

FIGURES = ("visits", "day_totals", "article_days", "sites", "sources")
SETTINGS = Settings(unlisted=Site(timezone="UTC"))
SITE = "portal.example"
PACKAGES = {
    # an engine: the package that it needs
    "local": "logstats",
    "dask": "distributed",
    "ray": "ray",
    "spark:local[2]": "pyspark.core.context",  # which the client alone does not have
}


@pytest.fixture
def logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    monkeypatch.setattr(work, "SHARD_BYTES", 8000)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
    found = []
    for number in range(4):
        found.append(tmp_path / f"access.log.{number}")
        found[-1].write_bytes(b"".join(numbered(40, first=40 * number)))
    return found


def has(package: str) -> bool:
    try:
        return find_spec(package) is not None
    except ModuleNotFoundError:
        return False


def figures(folder: Path, logs: list[Path], engine: str) -> tuple[Contents, Contents]:
    """Return what an engine gives, and what one ingest gives."""
    one, other, into = folder / "one.duckdb", folder / "other.duckdb", folder / "into"
    read_in(one, *logs, settings=SETTINGS, site=SITE)
    paths = tuple(map(str, logs))
    request = cluster.ClusterRequest(
        other, SETTINGS, 10, paths, into, "all", site=SITE, log_format="combined"
    )
    summary = cluster.run(request, engines.engine(engine))
    assert summary.shards > 1
    list(exchange.import_keys(exchange.ImportOrder(other, SETTINGS, 10, into)))
    return contents(other, *FIGURES), contents(one, *FIGURES)


@pytest.mark.parametrize("engine", PACKAGES)
def test_an_engine_gives_the_figures_of_one_ingest(tmp_path: Path, logs: list[Path], engine: str) -> None:
    if not has(PACKAGES[engine]):
        pytest.skip(f"{PACKAGES[engine]} is not installed")
    found, expected = figures(tmp_path, logs, engine)
    assert found == expected


@pytest.fixture
def sail(logs: list[Path]) -> Iterator[str]:
    if not (has("pysail") and has("pyspark")):
        pytest.skip("pysail and pyspark-client are not installed")
    server = import_module("pysail.spark").SparkConnectServer("127.0.0.1", 0)
    server.start(background=True)
    host, port = server.listening_address
    yield f"sc://{host}:{port}"
    server.stop()


def test_spark_connect_gives_the_figures_of_one_ingest(tmp_path: Path, logs: list[Path], sail: str) -> None:
    found, expected = figures(tmp_path, logs, sail)
    assert found == expected


def dies_once(job: tuple[str, int]) -> int:
    """Kill the worker that has the first job; return the number of the job."""
    mark = Path(job[0])
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return job[1]


@pytest.mark.parametrize("engine", ["local", "dask", "ray"])
def test_the_jobs_of_a_killed_worker_are_done_again(tmp_path: Path, logs: list[Path], engine: str) -> None:
    if not has(PACKAGES[engine]):
        pytest.skip(f"{PACKAGES[engine]} is not installed")
    jobs = [(str(tmp_path / "mark"), number) for number in range(5)]
    assert list(engines.engine(engine)(dies_once, jobs)) == [0, 1, 2, 3, 4]


def test_a_package_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.delitem(sys.modules, "logstats.engines.dask", raising=False)
    with pytest.raises(UsageError, match=r"pip install 'logstats\[dask\]'"):
        engines.engine("dask")
