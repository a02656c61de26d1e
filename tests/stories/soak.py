"""A soak: two crons, the real logrotate in three styles, readers and kills; then every line must count once.

    cd tests && python -m stories.soak [SECONDS]

Three writers append to three logs, each of which logrotate turns over in a style of its own, as
Debian's package runs it. Two loops ingest all the while, as two crontabs might by mistake; readers
read; now and then one of them is killed. In the end `verify` must find no difference, each line written must
be counted once, and all time must never have gone down. Copytruncate loses what is written between its
copy and its truncation, whoever reads the log: so that writer pauses meanwhile.
"""

import json
import os
import random
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from support.lines import CHROME, FIREFOX, Line, contents
from support.surface import process_env

from logstats.totals import recompute

LOGSTATS = (sys.executable, "-m", "logstats")
CRONS = (
    ("update",),
    ("ingest", "{logs}/*.log*", "{logs}/old/*"),
)  # what runs each minute, and one by mistake
READERS = (("counters", "-f", "json"), ("visits", "--by", "all"), ("sources",), ("sql", "FROM day_totals"))
LOGROTATE = shutil.which("logrotate", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
ENDINGS = {"finished": 0, "killed": -9}
LINES_A_SECOND = 400
CONFIG = """
[[site]]
name = "soak"
logs = ["logs/*.log*", "logs/old/*"]
format = "combined"
[[site.counter]]
file = "box.json"
"""
ROTATE_S = 3.0
CRON_S = 1.0
KILL_SHARE = 0.15

STYLES = {
    # log: the settings of its rotation; {reopen} has the writer reopen its log
    "create": "create\n compress\n delaycompress\n {reopen}",
    "truncated": "copytruncate\n compress\n delaycompress",
    "dated": "create\n dateext\n dateformat -%Y%m%d-%s\n olddir old\n compress\n {reopen}",
}


@dataclass
class Writer:
    """A web server: appends distinct lines, and reopens its log when logrotate says so."""

    path: Path
    number: int
    written: int = 0

    def __post_init__(self) -> None:
        self.flag = self.path.with_suffix(".reopen")
        self.may_write = threading.Lock()

    def run(self, over: threading.Event) -> None:
        file = self.path.open("ab", buffering=0)
        while not over.wait(random.uniform(0, 0.1)):
            with self.may_write:
                lines = [self.line() for _ in range(random.randrange(LINES_A_SECOND // 10))]
                file.write(b"".join(lines))
            if self.flag.exists():
                file.close()
                file = self.path.open("ab", buffering=0)
                self.flag.unlink()
        file.close()

    def line(self) -> bytes:
        self.written += 1
        at = datetime.now(UTC).replace(tzinfo=None, microsecond=0) - timedelta(
            seconds=random.choice([0, 0, 0, 1, 9])
        )
        client = f"192.0.2.{random.randrange(1, 60)}"
        agent = random.choice([FIREFOX, CHROME])
        request = f"GET /tin/{random.randrange(40)} HTTP/1.1"
        size = str(self.number * 10**9 + self.written)
        return replace(Line(), client=client, at=at, request=request, size=size, agent=agent).combined()


class Soak:
    """The folder with the logs and the store, and what has been seen."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = folder / "store.duckdb"
        self.logs = folder / "logs"
        (self.logs / "old").mkdir(parents=True)
        (self.logs / "old" / "empty.log").touch()  # so that the folder's pattern finds something
        self.toml = folder / "logstats.toml"
        self.toml.write_text(CONFIG, encoding="utf-8")
        self.box = folder / "box.json"
        self.writers = [Writer(self.logs / f"{name}.log", number) for number, name in enumerate(STYLES, 1)]
        self.over = threading.Event()
        self.done: Counter[str] = Counter()
        self.wrong: list[str] = []

    def config(self) -> Path:
        blocks = []
        for writer, style in zip(self.writers, STYLES.values(), strict=True):
            wait = f"touch {writer.flag}; while [ -e {writer.flag} ]; do sleep 0.01; done"
            body = style.format(reopen=f"postrotate\n {wait}\n endscript")
            blocks.append(f"{writer.path} {{\n rotate 100000\n missingok\n notifempty\n {body}\n}}\n")
        path = self.folder / "logrotate.conf"
        path.write_text("su root root\n" * (os.geteuid() == 0) + "".join(blocks), encoding="utf-8")
        return path

    def rotate(self) -> None:
        """Run logrotate now and then."""
        command = [str(LOGROTATE), "--force", "--state", str(self.folder / "state"), str(self.config())]
        truncated = self.writers[list(STYLES).index("truncated")]
        while not self.over.wait(random.uniform(0.5, 1.5) * ROTATE_S):
            with truncated.may_write:
                ran = subprocess.run(command, capture_output=True, text=True, check=False)
            self.note("rotations", ran.returncode == 0, ran.stderr)

    def cron(self, command: Sequence[str]) -> None:
        """Read every log there is, again and again; be killed now and then."""
        while not self.over.wait(random.uniform(0.2, 1) * CRON_S):
            kill_after = random.uniform(0.2, 1.5) if random.random() < KILL_SHARE else None
            code, _, err = self.logstats(*command, kill_after=kill_after)
            self.note(f"{command[0]}s{' killed' * (code < 0)}", code in ENDINGS.values() and not err, err)

    def read(self) -> None:
        """Ask for figures, again and again; all time must never go down."""
        highest = shown = 0
        while not self.over.wait(0.05):
            if not self.store.exists():
                continue
            request = random.choice(READERS)
            code, out, err = self.logstats(*request)
            is_right = code == 0 or "no site yet" in err
            if code == 0 and request[0] == "counters":
                is_right, highest = self.all_time(out, highest)
            self.note("reads", is_right, f"{request} {err} {out[:200]}")
            if self.box.exists():
                text = self.box.read_text(encoding="utf-8")
                is_right, shown = self.all_time(text, shown)
                self.note("looks at the counter file", is_right, text)

    @staticmethod
    def all_time(text: str, least: int) -> tuple[bool, int]:
        """Say whether all time is not below what it was, and what it is now."""
        all_time = sum(row["all_time"] for row in json.loads(text))
        return all_time >= least, max(all_time, least)

    def logstats(self, *arguments: str, kill_after: float | None = None) -> tuple[int, str, str]:
        words = [argument.format(logs=self.logs) for argument in arguments]
        command = [*LOGSTATS, "-q", f"--config={self.toml}", f"--db={self.store}", "--wait=60", *words]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=process_env()
        ) as running:
            try:
                out, err = running.communicate(timeout=kill_after)
            except subprocess.TimeoutExpired:
                running.kill()
                out, err = running.communicate()
        return running.returncode, out, err

    def note(self, what: str, is_right: bool, detail: str) -> None:
        self.done[what] += 1
        if not is_right:
            self.wrong.append(f"{what}: {detail.strip()}")

    def run(self, seconds: float) -> None:
        """Let all of it go on for a while, then ingest what is left."""
        crons = [partial(self.cron, command) for command in CRONS]
        loops: list[Callable[[], None]] = [self.rotate, *crons, self.read, self.read]
        with ThreadPoolExecutor(len(loops) + len(self.writers)) as pool:
            running: list[Future[None]] = [pool.submit(loop) for loop in loops]
            still = threading.Event()
            writing = [pool.submit(writer.run, still) for writer in self.writers]
            time.sleep(seconds)
            self.over.set()
            for future in running:
                future.result()
            still.set()
            for future in writing:
                future.result()
        for _ in range(2):
            code, _, err = self.logstats(*CRONS[0])
            self.note("last updates", code == 0 and not err, err)

    def check(self) -> None:
        """Compare what was counted with what was written."""
        counted = Counter(row[11] for row in contents(self.store, "hits")["hits"])
        written = {writer.number * 10**9 + n for writer in self.writers for n in range(1, writer.written + 1)}
        for writer in self.writers:
            lost = sum(size // 10**9 == writer.number for size in written - set(counted))
            doubled = sum(count - 1 for size, count in counted.items() if size // 10**9 == writer.number)
            if lost or doubled:
                self.wrong.append(
                    f"{writer.path.name}: of {writer.written} lines {lost} lost, {doubled} doubled"
                )
        for check in recompute.verify(self.store, 60):
            self.wrong += [f"verify: {check.claim}: {row}" for row in check.differences.rows]


def soak(seconds: float) -> list[str]:
    """Soak for so long, say what was done, and return what went wrong."""
    with TemporaryDirectory(prefix="logstats-soak-") as name:
        one = Soak(Path(name))
        one.run(seconds)
        one.check()
        lines = sum(writer.written for writer in one.writers)
        counts = ", ".join(f"{count} {what}" for what, count in sorted(one.done.items()))
        sys.stdout.write(f"{seconds:.0f} s: {lines:,} lines, {counts}\n")
        return one.wrong


if __name__ == "__main__":
    if LOGROTATE is None:
        sys.stdout.write("no soak: logrotate is not installed\n")
        sys.exit()
    found = soak(float(sys.argv[1]) if len(sys.argv) > 1 else 60)
    sys.exit("\n".join(found) if found else 0)
