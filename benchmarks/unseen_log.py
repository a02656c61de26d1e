"""Write a log in which each client, URL, referrer and agent is new: the worst that a stranger can send.

python benchmarks/unseen_log.py --lines 2000000 --out unseen.log
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

FIRST = datetime(2026, 11, 1, tzinfo=UTC)
A_SECOND = 20  # lines
PRIME = 2_654_435_761  # spreads the numbers, so that neighbours do not begin alike


def lines(count: int) -> Iterator[str]:
    """Yield the lines, in order of time."""
    for number in range(count):
        mixed = number * PRIME % 2**32
        client = f"{1 + mixed % 223}.{mixed >> 8 & 255}.{mixed >> 16 & 255}.{mixed >> 24}"
        at = FIRST + timedelta(seconds=number // A_SECOND)
        yield (
            f"{client} - - [{at:%d/%b/%Y:%H:%M:%S} +0000] "
            f'"GET /tin-tuc/bai-viet-{mixed:08x}-{number}.html HTTP/1.1" 200 {1000 + mixed % 90000} '
            f'"https://trang-{mixed:08x}.example/{number}" '
            f'"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) '
            f'Chrome/{100 + mixed % 40}.0.{number}.{mixed % 200} Safari/537.36"\n'
        )


def main() -> None:
    """Parse the command line and write the log."""
    parser = argparse.ArgumentParser(description="Write a log in which nothing occurs twice.")
    parser.add_argument("--lines", type=int, default=2_000_000)
    parser.add_argument("--out", type=Path, required=True, metavar="FILE")
    arguments = parser.parse_args()
    with arguments.out.open("w", encoding="ascii", buffering=1 << 20) as out:
        out.writelines(lines(arguments.lines))


if __name__ == "__main__":
    main()
