"""Cut one combined log into the logs of several front servers, so that visits span them.

    python benchmarks/split_log.py --log LOG --lines N --out DIR [--skewed]

Line i is one of server i % 4, and each quarter of the log is one file of each server. The lines name one of
three hosts, by their client. One in fifty lines of a server's first three files is late, at the end of its
last file. Half of the files are gzipped. With --skewed, half of all lines have the client of one proxy.
"""

from __future__ import annotations

import argparse
import gzip
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

SERVERS, QUARTERS = 4, 4
LATE_SERVER, LATE = 3, 50  # whose lines are late, and one in how many
HOSTS = (b"a.example", b"a.example", b"b.example", b"c.example")
PROXY = b"10.0.0.9"


class Split(NamedTuple):
    """A log to cut, its number of lines, and where its parts are written."""

    log: Path
    lines: int
    out: Path
    is_skewed: bool


def split(request: Split) -> None:
    """Write the files."""
    late: list[bytes] = []
    with ExitStack() as stack:
        writers = {
            (server, quarter): _writer(stack, request.out, server, quarter)
            for server in range(SERVERS)
            for quarter in range(QUARTERS)
        }
        with request.log.open("rb") as source:
            for number, line in enumerate(source):
                server, quarter = number % SERVERS, min(QUARTERS - 1, number * QUARTERS // request.lines)
                written = _of_host(number, line, is_skewed=request.is_skewed)
                if server == LATE_SERVER and quarter < QUARTERS - 1 and crc32(line) % LATE == 0:
                    late.append(written)
                else:
                    writers[server, quarter](written)
        writers[LATE_SERVER, QUARTERS - 1](b"".join(late))


def _writer(stack: ExitStack, folder: Path, server: int, quarter: int) -> Callable[[bytes], int]:
    path = folder / f"server{server}-{quarter}.log"
    if server % 2:
        return stack.enter_context(gzip.open(f"{path}.gz", "wb", 6)).write
    return stack.enter_context(path.open("wb")).write


def _of_host(number: int, line: bytes, *, is_skewed: bool) -> bytes:
    client, _, rest = line.partition(b" ")
    host = HOSTS[crc32(client) % len(HOSTS)]
    if is_skewed and crc32(b"%d" % number) % 2:
        client = PROXY
    return host + b":443 " + client + b" " + rest


def main() -> None:
    """Parse the command line and write the files."""
    parser = argparse.ArgumentParser(description="Cut a log into those of several servers.")
    parser.add_argument("--log", type=Path, required=True)
    parser.add_argument("--lines", type=int, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--skewed", action="store_true")
    given = parser.parse_args()
    given.out.mkdir(parents=True)
    split(Split(given.log, given.lines, given.out, given.skewed))


if __name__ == "__main__":
    main()
