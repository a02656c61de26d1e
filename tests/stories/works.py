"""What the program is made to do while calls fail or the power is cut: a command on a small portal.

The portal is the newest golden one, with new lines in its logs. A `Works` runs a command in a folder, again
and again from the same state, and knows what an undisturbed run makes of it.
"""

import hashlib
import json
import os
import random
import re
import shutil
import signal
import sys
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple, TypeVar
from unittest.mock import patch

from support.forked import Server, Trial
from support.golden import SCHEMAS, unpacked
from support.shim import Fault, built

from logstats.errors import LogstatsError
from logstats.store import Session, session
from logstats.store.locks import process  # noqa: F401 - so that it is imported before the fork
from logstats.totals import recompute
from stories.golden.make import FIGURES, TITLES, lines

Item = TypeVar("Item")
STORE = "store.duckdb"
COUNTERS = ("tin.txt", "tin.json", "tin.html", "all.json")
NEWEST = SCHEMAS[-1]
OURS = (0, 1, 2, 3, 4, 5)  # exit codes
IS_A_BUG = ("Traceback", "bug in logstats", "fault of logstats")
_LOCKS = (".gate", ".lock", ".ingest", ".update")
_MAY_STAY = (*_LOCKS, ".wal")  # a log of DuckDB stays until something is written


class Work(NamedTuple):
    """A command, and what is done to the portal before it.

    `may_repeat`: whether a second run after a whole one does nothing.
    """

    command: tuple[str, ...]
    prepare: Callable[[Server, Path], None] = lambda *_: None
    may_repeat: bool = True


def _no_store(_: Server, folder: Path) -> None:
    (folder / STORE).unlink()
    for name in COUNTERS:
        if not name.endswith(".html"):
            (folder / name).unlink()


def _old_schema(_: Server, folder: Path) -> None:
    shutil.rmtree(folder)
    unpacked(SCHEMAS[0], folder)


def _new_store(server: Server, folder: Path) -> None:
    """Bring the store up to the newest schema."""
    run = server.run(
        "--config", folder / "logstats.toml", "sql", "--timezone", "UTC", "SELECT 1", folder=folder
    )
    if run.code:
        server.run("--config", folder / "logstats.toml", "update", folder=folder)


def _snapshot_there(server: Server, folder: Path) -> None:
    server.run("--config", folder / "logstats.toml", "snapshot", "backup.duckdb", folder=folder)


def _logged(server: Server, folder: Path) -> None:
    """Leave commits in DuckDB's log alone."""
    grow(folder)
    config = folder / "logstats.toml"
    server.run("--config", config, "update", folder=folder, function="stories.works:update_in_log")


def _torn_log(server: Server, folder: Path) -> None:
    """Leave commits in DuckDB's log alone, and garble its end."""
    _logged(server, folder)
    log = folder / f"{STORE}.wal"
    data = log.read_bytes()
    log.write_bytes(data[:-500] + bytes(500))


def _new_titles(_: Server, folder: Path) -> None:
    (folder / "titles.csv").write_text(f"{TITLES}https://tin.example/tin/3,Mùa vàng\n", encoding="utf-8")


def _no_counters(_: Server, folder: Path) -> None:
    for name in COUNTERS:
        if not name.endswith(".html"):
            (folder / name).unlink()


def grow(folder: Path) -> None:
    """Append lines to two logs, as the servers would."""
    for number, name in enumerate(("tin.log", "kin.log")):
        with (folder / "logs" / name).open("ab") as log:
            log.write(b"".join(lines(40, 20 + number, "2026-11-21T05:00", 1)))


def _grown(_: Server, folder: Path) -> None:
    grow(folder)


TORN = "repair of a torn log"
LOGGED = "update after commits in DuckDB's log"
IN_STEPS = (LOGGED, "update", "first creation", "migration", "ingest")  # they commit more than once
CONFIG = ("--config", "logstats.toml")
UPDATE = ("update",)
COMPARED = {  # FIGURES, and the others that `verify` compares
    **FIGURES,
    # without the client, which is a random pseudonym on a site
    "each visit": """SELECT site, agent, first_at, last_at, day, page_views
        FROM visits JOIN sites USING (site_id) JOIN agents USING (agent_id)""",
    "article days": """SELECT site, article, day, views FROM article_days JOIN articles USING (article_id)
        JOIN sites ON sites.site_id = article_days.site_id""",
    "pruned days": "SELECT * EXCLUDE (site_id), site FROM pruned_days JOIN sites USING (site_id)",
    "pruned article days": """SELECT site, article, day, views FROM pruned_article_days
        JOIN articles USING (article_id) JOIN sites ON sites.site_id = pruned_article_days.site_id""",
}
WORKS = {
    "update": Work(("update",), _grown),
    "ingest": Work(("ingest", "--site", "tin.example", "logs/tin.log"), _grown),
    "first creation": Work(("update",), _no_store),
    "compact": Work(("compact",)),
    "snapshot": Work(("snapshot", "backup.duckdb")),
    "snapshot over another": Work(("snapshot", "backup.duckdb"), _snapshot_there),
    LOGGED: Work(("update",), _logged),
    TORN: Work(("repair",), _torn_log),
    "rebuild": Work(("rebuild",)),
    "undo": Work(("undo", "7"), may_repeat=False),
    "prune": Work(("prune", "--keep", "9", "--timezone", "UTC")),
    "migration": Work(("update",), _old_schema),
    "rename": Work(("rename", "xa.example", "ban.example"), may_repeat=False),
    "baseline": Work(("baseline", "kin.example", "900", "--on", "2026-11-19")),
    "titles": Work(("titles", "titles.csv"), _new_titles),
    "counter files": Work(("update",), _no_counters),
    "one counter file": Work(("counters", "--site", "tin.example", "-o", "tin.txt"), _no_counters),
}


class State(NamedTuple):
    """What a store holds, as a hash (None: there is no store), and what of it `verify` finds to differ."""

    digest: str | None
    differences: tuple[str, ...] = ()


class Right(NamedTuple):
    """States before a work, after it, and after an update that follows; counter files and names then."""

    before: State
    after: State
    settled: State
    counters: dict[str, bytes]
    names: set[str]


class FaultyRunError(AssertionError):
    """What a disturbed run left is wrong."""


class Works:
    """A portal in a folder, the server that runs commands on it, and what is right for each work."""

    def __init__(self, base: Path, server: Server) -> None:
        self.server = server
        self.base = base
        self.folder = base / "work"
        self._right: dict[str, Right] = {}
        self._seen: set[str] = set()
        self._states: dict[bytes, State] = {}
        self.checked = 0
        self.repaired = 0

    def begin(self, name: str) -> None:
        """Put the portal into the state before the work."""
        template = self._template(name)
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(template, self.folder)

    def run(self, name: str, fault: Fault | None = None, index: int = 0, record: Path | None = None) -> Trial:
        """Run a work's command."""
        shim = None if fault is None else fault.at(index, self.folder, record)
        return self.logstats(*WORKS[name].command, shim=shim)

    def logstats(self, *arguments: str, shim: list[Any] | None = None) -> Trial:
        """Run the program in the portal's folder."""
        return self.server.run(*CONFIG, *arguments, folder=self.folder, shim=shim)

    def state(self, *, verified: bool = True) -> State:
        """Return the state of the store.

        Without `verified` no differences are looked for: that is enough where all that `verify` compares
        must be what an undisturbed run makes.
        """
        content = self._content_of_store()
        if content is None:
            return State(None)
        if content in self._states:
            return self._states[content]
        state = self._read_state(verified=verified)
        if verified:
            self._states[content] = state
        return state

    def _content_of_store(self) -> bytes | None:
        """Return a hash of the bytes of the store and of DuckDB's log."""
        paths = [self.folder / STORE, self.folder / f"{STORE}.wal"]
        if not paths[0].exists():
            return None
        hashed = hashlib.blake2b()
        for path in paths:
            hashed.update(path.read_bytes() if path.exists() else b"")
            hashed.update(b"end")
        return hashed.digest()

    def _read_state(self, *, verified: bool) -> State:
        how = ["verified"] if verified else []
        ran = self.server.run(STORE, *how, folder=self.folder, function="stories.works:print_state")
        if "older logstats" in ran.err:
            return State("of an older program")
        if ran.code:
            raise FaultyRunError(f"the store can't be read: {ran.err}")
        digest, differences = json.loads(ran.out)
        return State(digest, tuple(differences))

    def check(self, name: str, trial: Trial) -> None:
        """What a disturbed run said and left must be right, and the next runs must bring what is right."""
        _check_words(trial)
        if trial.code == 0 and self.state() != self.right(name).after:
            raise FaultyRunError(f"exit 0, but the work is not done: {trial.err}")
        self.check_left(name)

    def check_left(self, name: str, *, may_repair: bool = False) -> None:
        """What the folder holds must be right, and the next runs must bring what is right.

        `may_repair`: `repair` is run if a reader says that it must be.
        """
        right = self.right(name)
        left = self._digest()
        if left in self._seen:
            return
        self.checked += 1
        for counter in right.counters:
            path = self.folder / counter
            if path.exists() and not _is_whole(path):
                raise FaultyRunError(f"{counter} is not whole: {path.read_bytes()[:200]!r}")
        repaired = (may_repair or name == TORN) and self._repair()
        now = self.state()
        if now.differences:
            raise FaultyRunError(f"verify: {now.differences}")
        if name not in IN_STEPS and now not in (right.before, right.after):
            raise FaultyRunError("the store is neither as before nor as after")
        self._settle(name, right, is_done=now == right.after, is_repaired=repaired)
        self._seen.add(left)

    def _repair(self) -> bool:
        """Repair the store if a reader says that it must be."""
        if not (self.folder / STORE).exists():
            return False
        ran = self.logstats("sql", "--timezone", "UTC", "SELECT count(*) FROM hits")
        if ran.code == 0 or "older logstats" in ran.err:
            return False
        _check_words(ran)
        if ran.code != 4 or "repair" not in ran.err:
            raise FaultyRunError(f"after a power cut: {ran.code} {ran.err}")
        ran = self.logstats("repair")
        if ran.code:
            raise FaultyRunError(f"repair ended with {ran.code}: {ran.err}")
        self.repaired += 1
        return True

    def _settle(self, name: str, right: Right, *, is_done: bool, is_repaired: bool) -> None:
        """Run undisturbed, and compare with what is right."""
        if WORKS[name].may_repeat or not is_done:
            self._undisturbed(*WORKS[name].command)
        if WORKS[name].command != UPDATE:
            self._undisturbed(*UPDATE)
        if (now := self.state(verified=False)) != right.settled:
            raise FaultyRunError(f"after the next run the figures are others: {now} {right.settled}")
        for counter, content in right.counters.items():
            if (self.folder / counter).read_bytes() != content:
                raise FaultyRunError(f"after the next run {counter} is another")
        names = self._names()
        kept = {path for path in names if is_repaired and "TIME" in path}
        if more := names - right.names - kept:
            raise FaultyRunError(f"left over: {sorted(more)}")
        if fewer := right.names - names:
            raise FaultyRunError(f"missing: {sorted(fewer)}")

    def right(self, name: str) -> Right:
        """Return what an undisturbed run makes of a work."""
        if name not in self._right:
            kept = self.base / "disturbed"
            shutil.rmtree(kept, ignore_errors=True)
            if self.folder.exists():
                self.folder.rename(kept)
            self._right[name] = self._undisturbed_work(name)
            shutil.rmtree(self.folder)
            if kept.exists():
                kept.rename(self.folder)
        return self._right[name]

    def _undisturbed_work(self, name: str) -> Right:
        self.begin(name)
        before = None if name == TORN else self.state()
        self._undisturbed(*WORKS[name].command)
        after = self.state()
        if WORKS[name].may_repeat:
            self._undisturbed(*WORKS[name].command)
        self._undisturbed(*UPDATE)
        assert after.differences == ()
        counters = {path: (self.folder / path).read_bytes() for path in COUNTERS}
        return Right(before or after, after, self.state(), counters, self._names())

    def _undisturbed(self, *command: str) -> None:
        ran = self.logstats(*command)
        if ran.code:
            raise FaultyRunError(f"the next {command[0]} ended with {ran.code}: {ran.err}")

    def _template(self, name: str) -> Path:
        template = self.base / name.replace(" ", "-")
        if not template.exists():
            shutil.rmtree(self.folder, ignore_errors=True)
            unpacked(NEWEST, self.folder)
            _new_store(self.server, self.folder)
            self.logstats("compact")
            WORKS[name].prepare(self.server, self.folder)
            self.folder.rename(template)
        return template

    def _names(self) -> set[str]:
        """Return the names of all files; of a time in one there is the word TIME alone."""
        paths = (path.relative_to(self.folder) for path in self.folder.rglob("*"))
        return {re.sub(r"\d{8}T\d{6}", "TIME", str(path)) for path in paths if path.suffix not in _MAY_STAY}

    def _digest(self) -> str:
        hashed = hashlib.blake2b()
        for path in sorted(self.folder.rglob("*")):
            if path.is_file() and path.suffix not in _LOCKS:
                hashed.update(f"{path} {path.stat().st_size}\n".encode())
                hashed.update(path.read_bytes())
        return hashed.hexdigest()


def in_turn(found: Sequence[Item], kind: Callable[[Item], Hashable], seed: int) -> Iterator[Item]:
    """Yield places in a random order in which each kind comes once before one comes again."""
    shuffled = random.Random(seed).sample(found, len(found))
    seen: Counter[Hashable] = Counter()
    ranks = []
    for number, item in enumerate(shuffled):
        seen[kind(item)] += 1
        ranks.append((seen[kind(item)], number))
    for _, number in sorted(ranks):
        yield shuffled[number]


@contextmanager
def portal_works(preload: bool = True) -> Iterator[Works]:
    """Yield works in a temporary folder, in memory where the system has that."""
    memory = Path("/dev/shm")
    where = memory if os.access(memory, os.W_OK) else None
    with TemporaryDirectory(dir=where, prefix="logstats-works-") as name:
        base = Path(name)
        (base / "tmp").mkdir()
        env = {"TMPDIR": str(base / "tmp"), "LOGSTATS_WAIT": "0.5"}  # a lock that fails is waited for
        with Server(built() if preload else None, env) as server:
            yield Works(base, server)


def _check_words(trial: Trial) -> None:
    """A run must end with one of our codes, and say in words what is wrong."""
    if trial.code not in (*OURS, -signal.SIGKILL):
        raise FaultyRunError(f"exit code {trial.code}: {trial.err}")
    if any(words in trial.err for words in IS_A_BUG):
        raise FaultyRunError(trial.err)
    if trial.code > 0 and not trial.err:
        raise FaultyRunError(f"exit code {trial.code}, and nothing is said")


def _is_whole(path: Path) -> bool:
    content = path.read_text(encoding="utf-8")
    match path.suffix:
        case ".json":
            try:
                json.loads(content)
            except ValueError:
                return False
            return True
        case ".html":
            return content.startswith("<!doctype html>") and content.endswith("</p>\n")
        case _:
            return content.count("\n") == 5 and content.endswith("\n")


# --- Functions that the server runs in place of the program


def print_state() -> int:
    """Print the digest of a store's figures, and the claims of `verify` that fail, if these are wanted."""
    try:
        path = Path(sys.argv[1])
        with Session() as opened, opened.reading(path, wait=10):
            rows = {
                name: opened.execute(f"FROM ({query}) ORDER BY ALL").rows for name, query in COMPARED.items()
            }
        checks = recompute.verify(path, 10) if sys.argv[2:] else []
        differences = [check.claim for check in checks if check.differences.rows]
    except LogstatsError as error:
        sys.stderr.write(f"{error}\n")
        return 4
    digest = hashlib.blake2b(repr(rows).encode()).hexdigest()
    sys.stdout.write(json.dumps([digest, differences]))
    return 0


def update_in_log() -> int:
    """Update, and die after the second commit with all of it in DuckDB's log alone."""
    from logstats.__main__ import run  # noqa: PLC0415 - the program

    commit = Session._commit
    done = []

    def committed(opened: Session, path: Path) -> None:
        commit(opened, path)
        done.append(path)
        if len(done) == 2:
            os.kill(os.getpid(), signal.SIGKILL)

    with patch.object(session, "CHECKPOINT_AT", "1TB"), patch.object(Session, "_commit", committed):
        return run()
