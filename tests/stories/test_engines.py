"""Each engine gives the figures of one ingest, and does the jobs of a worker that is gone again.

`make engines` and `make cluster` install the packages; where one is not installed, its test is skipped.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from support.lines import Contents, contents, numbered, read_in

from logstats import engines
from logstats.config import Settings, Site
from logstats.errors import UsageError
from logstats.shards import cluster, exchange, folders, work

FIGURES = ("visits", "day_totals", "article_days", "sites", "sources")
SETTINGS = Settings(unlisted=Site(timezone="UTC"))
SITE = "portal.example"
MASTER, WORKER = "org.apache.spark.deploy.master.Master", "org.apache.spark.deploy.worker.Worker"
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


def figures(folder: Path, logs: list[Path], each: engines.Each) -> tuple[Contents, Contents]:
    """Return what an engine gives, and what one ingest gives."""
    one, other, into = folder / "one.duckdb", folder / "other.duckdb", folders.at(folder / "into")
    read_in(one, *logs, settings=SETTINGS, site=SITE)
    paths = tuple(map(str, logs))
    request = cluster.ClusterRequest(
        other, SETTINGS, 10, paths, into, "all", site=SITE, log_format="combined"
    )
    summary = cluster.run(request, each)
    assert summary.shards > 1
    list(exchange.import_keys(exchange.ImportOrder(other, SETTINGS, 10, into)))
    return contents(other, *FIGURES), contents(one, *FIGURES)


@pytest.mark.parametrize("engine", PACKAGES)
def test_an_engine_gives_the_figures_of_one_ingest(tmp_path: Path, logs: list[Path], engine: str) -> None:
    if not has(PACKAGES[engine]):
        pytest.skip(f"{PACKAGES[engine]} is not installed")
    found, expected = figures(tmp_path, logs, engines.engine(engine))
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
    found, expected = figures(tmp_path, logs, engines.engine(sail))
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


@pytest.fixture
def standalone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A cluster of Spark's own on this machine: a master, and a worker that starts executors."""
    if not (has(PACKAGES["spark:local[2]"]) and shutil.which("java")):
        pytest.skip("pyspark or Java is not installed")
    home = str(Path(import_module("pyspark").__file__ or "").parent)
    own = {
        "SPARK_HOME": home,
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_WORKER_DIR": str(tmp_path / "work"),
        "PYSPARK_PYTHON": sys.executable,
    }
    for name, value in own.items():
        monkeypatch.setenv(name, value)
    port = free_port()
    with ExitStack() as stack:
        start = partial(started, stack, [f"{home}/bin/spark-class"], tmp_path)
        start(MASTER, "--host", "127.0.0.1", "--port", str(port))
        worker = ("--host", "127.0.0.1", "--cores", "2", "--memory", "2g", f"spark://127.0.0.1:{port}")
        start(WORKER, *worker, until="Successfully registered")
        yield f"spark://127.0.0.1:{port}"


def free_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return int(bound.getsockname()[1])


def started(
    stack: ExitStack, program: list[str], folder: Path, *arguments: str, until: str = "New state: ALIVE"
) -> None:
    """Start a program that is ended with the stack; return when it has logged a text."""
    log = folder / f"{arguments[0]}.log"
    with log.open("wb") as file:
        running = stack.enter_context(
            subprocess.Popen([*program, *arguments, "--webui-port", "0"], stdout=file, stderr=file)
        )
    stack.callback(running.terminate)
    for _ in range(600):
        if until in log.read_text():
            return
        time.sleep(0.1)
    pytest.fail(log.read_text())


def ends_executor_once(mark: Path, function: Callable[[Any], Any], job: Any) -> Any:
    """Apply a function to a job, but kill the executor that has the first job to get here when it is done."""
    result = function(job)
    if not mark.exists():
        mark.touch()
        os.kill(executor(), signal.SIGKILL)
    return result


def executor() -> int:
    """Return the process of Spark's executor that has started this one."""
    process = os.getpid()
    while b"java" not in Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")[0]:
        process = int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])
    return process


def test_spark_reads_the_shards_of_a_killed_executor_again(
    tmp_path: Path, logs: list[Path], standalone: str
) -> None:
    mark = tmp_path / "mark"

    def each(function: Callable[[Any], Any], jobs: Sequence[Any]) -> Sequence[Any]:
        return engines.engine(standalone)(partial(ends_executor_once, mark, function), jobs)

    found, expected = figures(tmp_path, logs, each)
    assert "exitStatus 137" in (tmp_path / f"{WORKER}.log").read_text()
    assert found == expected


def test_a_package_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.delitem(sys.modules, "logstats.engines.dask", raising=False)
    with pytest.raises(UsageError, match=r"pip install 'logstats\[dask\]'"):
        engines.engine("dask")
