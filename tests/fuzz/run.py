"""Fuzz the parsers, guided by the lines of Python that an input reaches: atheris, of the extra `fuzz`.

    cd tests && python -m fuzz.run SECONDS|RUNSx [TARGET...]

Each target runs in a process of its own, the given time each, or with so many inputs, which are then the
same in each run: CI does that, so that what fails is due to the change. An input that ends in another
exception than LogstatsError, that takes ten seconds or a gigabyte is written to build/fuzz, and becomes a row
of CRASHES in fuzz/targets.py. What has reached new lines is kept in build/fuzz too, for the next run.
"""

import hashlib
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

KEPT = Path(__file__).parents[2] / "build" / "fuzz"
LONGEST_S, MOST_MB = 10, 1024


class Fuzzed(NamedTuple):
    """A target, the number of inputs that it was fed, and what it printed if it failed."""

    name: str
    inputs: int
    failure: str


def main(length: str, names: list[str]) -> None:
    """Fuzz targets, one process a core, and print how many inputs each was fed."""
    if find_spec("atheris") is None:
        sys.stdout.write("atheris is not installed: nothing is fuzzed\n")
        return
    from fuzz.targets import TARGETS  # noqa: PLC0415 - the process of a target instruments this import

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        fuzzed = list(pool.map(lambda name: _fuzzed(name, length), names or TARGETS))
    for target in fuzzed:
        sys.stdout.write(f"{target.name}: {target.inputs:,} inputs\n{target.failure}")
    failed = [target.name for target in fuzzed if target.failure]
    sys.stdout.write(f"{sum(target.inputs for target in fuzzed):,} inputs, {len(failed)} targets failed\n")
    sys.exit(1 if failed else 0)


def _fuzzed(name: str, length: str) -> Fuzzed:
    ran = subprocess.run(
        [sys.executable, "-m", "fuzz.run", "--one", name, length],
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    done = re.search(r"number_of_executed_units:\s*(\d+)", ran.stderr)
    return Fuzzed(name, int(done[1]) if done else 0, _last(ran.stdout + ran.stderr) if ran.returncode else "")


def _last(text: str) -> str:
    shown = [line for line in text.splitlines() if not re.match(r"#\d+\s|INFO: |WARNING: |stat::", line)]
    return "".join(f"  {line[:300]}\n" for line in shown[-40:])


def fuzz(name: str, length: str) -> None:
    """Fuzz a target in this process, which ends with it."""
    import atheris  # noqa: PLC0415 - an extra

    with atheris.instrument_imports(include=["logstats"]):
        from fuzz.targets import CRASHES, TARGETS, feed  # noqa: PLC0415 - instrumented

    target = TARGETS[name]
    corpus = KEPT / name
    corpus.mkdir(parents=True, exist_ok=True)
    for seed in (*target.seeds(), *CRASHES.get(name, ())):
        (corpus / hashlib.sha1(seed, usedforsecurity=False).hexdigest()).write_bytes(seed)
    options = (
        *_limits(length),
        f"-max_len={target.longest}",
        f"-timeout={LONGEST_S}",
        f"-rss_limit_mb={MOST_MB}",
        f"-artifact_prefix={KEPT}/{name}-",
        "-print_final_stats=1",
    )
    atheris.Setup([sys.argv[0], *options, str(corpus)], lambda data: feed(name, data))
    atheris.Fuzz()


def _limits(length: str) -> list[str]:
    if length.endswith("x"):
        return [f"-runs={length.removesuffix('x')}", "-seed=1"]
    return [f"-max_total_time={length}"]


if __name__ == "__main__":
    if sys.argv[1] == "--one":
        fuzz(sys.argv[2], sys.argv[3])
    else:
        main(sys.argv[1], sys.argv[2:])
