"""Write an access log that looks like a real one; the same seed gives the same log.

    python benchmarks/make_log.py --lines 2000000 --seed 1 --out big.log

People make visits (pages, and some of the files that the pages load), bots make bursts of requests. As in
Apache's logs, lines are in the order in which the requests ended, with the times at which they began, so
neighbouring lines may be a few seconds out of order.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import TypeVar

import traffic
from traffic import HOST, ORIGIN, Page

T = TypeVar("T")
Event = tuple[float, str]
"""The time at which the request ended, in seconds, and its line."""
Caller = tuple[str, str]
"""The client IP and the user agent."""
Request = tuple[str, Page, str, str]
"""The request line, the page, the status and the referrer."""

FORMATS = ("combined", "common", "vhost_combined")
END = datetime(2026, 11, 23, tzinfo=UTC)
"""Midnight after the last day, on the local clock (+0700 in the log)."""

SLICE = 3600
BOTS = 0.70
TRACKED = 0.03
FILES_PER_PAGE = 0.54
"""At this rate about 35 % of people's lines are files."""

HOURS = (2, 1, 1, 1, 1, 2, 4, 7, 10, 11, 10, 8, 6, 8, 10, 10, 9, 7, 6, 7, 8, 8, 6, 4)
"""People's traffic by the local hour; that of bots is even."""

PAGE_STATUS = ("200", "304", "301", "404", "500")
PEOPLE_SEE = (88, 6, 3.4, 2.2, 0.4)
BOTS_SEE = (74, 9, 10, 6, 1)
FILES_SEE = (64, 34, 0, 2, 0)
TOKEN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
ENTRANCES = {
    "-": 34,
    "https://www.google.com/": 27,
    "https://www.google.com.vn/": 4,
    "https://m.facebook.com/": 6,
    "https://l.facebook.com/l.php?u=https%3A%2F%2Fwww.portal.example%2F&h=AT1qQ0m3fK9sX": 5,
    "https://chat.zalo.me/": 6,
    "https://coccoc.com/search?query=l%C3%A0o%20cai": 3,
    "https://www.bing.com/": 2,
}
ODD = (
    r'"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" 400 226 "-" "-"',
    r'"\x16\x03" 400 226 "-" "-"',
    r'"GET /tim-kiem?q=\"x\" HTTP/1.1" 200 5120 "-" "Mozilla/5.0 \"quoted\" (Windows NT 10.0)"',
    r'"GET /?a=\\ HTTP/1.1" 404 196 "https://x.example/?q=\"a b\"" "Mozilla/5.0 (\"x\")"',
)


def draws(rng: Random, table: Sequence[T], weights: Sequence[float] | None = None) -> Callable[[], T]:
    """Return a function that draws one item; it draws in batches, which is far faster than one by one."""
    cumulative = list(accumulate(weights)) if weights is not None else None

    def batches() -> Iterator[T]:
        while True:
            yield from rng.choices(table, cum_weights=cumulative, k=8192)

    return batches().__next__


@dataclass(frozen=True)
class Recipe:
    """The options of the command line."""

    lines: int = 2_000_000
    seed: int = 1
    log_format: str = "combined"
    days: int = 30
    odd: float = 0.0


@dataclass(frozen=True)
class Clock:
    """Converts seconds since the first midnight into the times of log lines."""

    days: tuple[str, ...]
    seconds: tuple[str, ...]

    @staticmethod
    def of(days: int) -> Clock:
        """Return the clock of a log of `days` days; a visit may end shortly after the last day."""
        start = END - timedelta(days=days)
        dates = (start + timedelta(days=n) for n in range(days + 2))
        return Clock(
            tuple(f"[{date.day:02}/{MONTHS[date.month - 1]}/{date.year}:" for date in dates),
            tuple(f"{s // 3600:02}:{s // 60 % 60:02}:{s % 60:02} +0700]" for s in range(86_400)),
        )

    def __call__(self, at: float) -> str:
        """Return a time as the log writes it."""
        day, second = divmod(int(at), 86_400)
        return self.days[day] + self.seconds[second]


MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Portal:
    """The site, its visitors and the bots."""

    def __init__(self, recipe: Recipe) -> None:
        self.rng = rng = Random(recipe.seed)
        self.random = rng.random
        self.stamp = Clock.of(recipe.days)
        self.odd = recipe.odd
        self.prefix = f"{HOST}:443 " if recipe.log_format == "vhost_combined" else ""
        self.tail = recipe.log_format != "common"

        pages = traffic.articles(rng, 18_000)
        files = traffic.assets(rng, 2_600)
        agents = traffic.people_agents(rng, 1_700)
        self.read = draws(rng, pages, traffic.falling(len(pages), 0.9))
        self.crawl = draws(rng, pages, traffic.falling(len(pages), 0.3))
        self.file = draws(rng, files, traffic.falling(len(files), 0.8))
        self.agent = draws(rng, agents, traffic.falling(len(agents), 0.7))
        self.entrance = draws(rng, list(ENTRANCES), list(ENTRANCES.values()))
        self.page_status = draws(rng, PAGE_STATUS, PEOPLE_SEE)
        self.bot_status = draws(rng, PAGE_STATUS, BOTS_SEE)
        self.file_status = draws(rng, PAGE_STATUS, FILES_SEE)
        self.protocol = draws(rng, ("HTTP/1.1", "HTTP/2.0", "HTTP/1.0"), (50, 48, 2))
        self.bot_method = draws(rng, ("GET", "HEAD", "POST"), (96, 3, 1))
        self.more_pages = draws(rng, (0, 1, 2, 3, 5, 9, 20), (46, 22, 13, 8, 6, 4, 1))
        self.more_files = draws(rng, (0, 1, 2, 4), (74, 12, 8, 6))

        returning = [(traffic.client_ip(rng), self.agent()) for _ in range(40_000)]
        self.regular = draws(rng, returning, traffic.falling(len(returning), 0.5))
        bots = traffic.crawlers(rng)
        # Weights are shares of lines, so a family with long bursts makes fewer of them.
        self.bot = draws(
            rng,
            [(bot, [traffic.client_ip(rng) for _ in range(bot.client_ips)]) for bot in bots],
            [bot.weight / bot.burst for bot in bots],
        )

    def line(self, caller: Caller, at: float, request: Request) -> Event:
        """Return the time at which a request ended, and its line."""
        client, agent = caller
        ask, page, status, referrer = request
        if status == "200":
            size = str(page.size)
        elif status == "304":
            size = "-"
        else:
            size = "547" if status == "301" else "1893"
        line = f'{self.prefix}{client} - - {self.stamp(at)} "{ask}" {status} {size}'
        if self.tail:
            line = f'{line} "{referrer}" "{agent}"\n'
        else:
            line += "\n"
        if self.odd and self.random() < self.odd:
            text = ODD[int(self.random() * len(ODD))]
            text = text if self.tail else text.split(' "-"')[0].split(' "http')[0]
            line = f"{self.prefix}{client} - - {self.stamp(at)} {text}\n"
        took = self.random()
        return at + 3 * took * took * took, line

    def tracked(self, path: str) -> str:
        """Return the path with the query that a share button adds, different every time."""
        mark = "&" if "?" in path else "?"
        token = "".join(self.rng.choices(TOKEN, k=56))
        kind = self.random()
        if kind < 0.6:
            return f"{path}{mark}fbclid=IwZXh0bgNhZW0{token}"
        if kind < 0.85:
            return f"{path}{mark}utm_source=zalo&utm_medium=zalo&zarsrc=31&gidzl={token}"
        return f"{path}{mark}utm_source=facebook&utm_medium=social&utm_campaign={token[:12]}"

    def visit(self, at: float) -> Iterator[Event]:
        """Yield the requests of one visit: a few pages and their files."""
        known = self.random() < 0.55
        caller = self.regular() if known else (traffic.client_ip(self.rng), self.agent())
        protocol, referrer = self.protocol(), self.entrance()
        for _ in range(1 + self.more_pages()):
            page = self.read()
            path = page.path
            if self.random() < TRACKED / (1 - BOTS) * (1 + FILES_PER_PAGE):
                path = self.tracked(path)
            ask = f"GET {path} {protocol}"
            yield self.line(caller, at, (ask, page, self.page_status(), referrer))
            referrer = ORIGIN + path
            for _ in range(self.more_files()):
                file = self.file()
                ask = f"GET {file.path} {protocol}"
                status = self.file_status()
                yield self.line(caller, at + self.random(), (ask, file, status, referrer))
            at += 5 - 80 * math.log(1 - self.random())

    def burst(self, at: float) -> Iterator[Event]:
        """Yield the requests of one burst: a bot fetches pages one after the other, and a few files."""
        bot, client_ips = self.bot()
        client = client_ips[int(self.random() * len(client_ips))]
        agent = bot.agents[int(self.random() * len(bot.agents))]
        protocol = self.protocol()
        for _ in range(1 + int(self.random() * (2 * bot.burst - 1))):
            page = self.crawl() if self.random() > 0.06 else self.file()
            ask = f"{self.bot_method()} {page.path} {protocol}"
            yield self.line((client, agent), at, (ask, page, self.bot_status(), "-"))
            at += bot.pause * 2 * self.random()


def slices(recipe: Recipe) -> Iterator[list[str]]:
    """Yield the lines of each hour, in order; a request that ends in a later hour is in that hour."""
    portal, lines, days = Portal(recipe), recipe.lines, recipe.days
    spill: list[Event] = []
    people = bots = 0
    people_due = bots_due = 0.0
    hours = days * 86_400 // SLICE
    for hour in range(hours):
        start = hour * SLICE
        people_due += lines * (1 - BOTS) / days * HOURS[hour % 24] / sum(HOURS)
        bots_due += lines * BOTS / hours
        events = spill
        while people < people_due:
            visit = list(portal.visit(start + SLICE * portal.random()))
            people += len(visit)
            events += visit
        while bots < bots_due:
            burst = list(portal.burst(start + SLICE * portal.random()))
            bots += len(burst)
            events += burst
        events.sort()
        if hour == hours - 1:
            yield [line for _, line in events]
            return
        end = start + SLICE
        spill = [event for event in events if event[0] >= end]
        yield [line for _, line in events[: len(events) - len(spill)]]


def write_log(path: Path, recipe: Recipe) -> None:
    """Write a log with exactly as many lines as requested."""
    left = recipe.lines
    with path.open("wb", buffering=1 << 20) as out:
        for part in slices(recipe):
            out.write("".join(part[:left]).encode("ascii"))
            left -= min(left, len(part))


def main() -> None:
    """Parse the command line and write the log."""
    parser = argparse.ArgumentParser(description="Write a realistic access log.")
    parser.add_argument("--lines", type=int, default=2_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True, metavar="FILE")
    parser.add_argument("--format", choices=FORMATS, default="combined")
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument(
        "--odd", type=float, default=0.0, metavar="SHARE", help="share of odd lines, say 0.0005"
    )
    arguments = parser.parse_args()
    write_log(
        arguments.out,
        Recipe(arguments.lines, arguments.seed, arguments.format, arguments.days, arguments.odd),
    )


if __name__ == "__main__":
    main()
