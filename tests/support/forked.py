"""Run the program thousands of times: each run is a fork of a process that has imported it.

`Server` starts that process. It opens no DuckDB before it forks, because a fork would be without its threads.
"""

import base64
import contextlib
import io
import json
import os
import select
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from support.surface import process_env

PROGRAM = "logstats.__main__:run"
KINDS = 9  # of calls, in shim.c
LONGEST_S = 60.0  # a run that takes longer hangs
HUNG = -signal.SIGALRM  # the code of a run that was ended because it hung
IMPORTED = (
    *("logstats.__main__", "logstats.cli.main", "logstats.reports.runner", "logstats.ingest.pipeline"),
    *("logstats.update.run", "logstats.render.html_markers", "logstats.store.maintenance", "click"),
    *(f"logstats.cli.{name}" for name in ("counters", "explain", "ingest", "init", "maintenance", "reports")),
)


class Trial(NamedTuple):
    """The end of a run: its exit code (negative: a signal), its output, and what the library saw.

    `calls` are the numbers of calls of each kind, `failed_at` is the call that failed, and its file.
    """

    code: int
    out: bytes
    err: str
    calls: Sequence[int] = ()
    failed_at: str = ""


class Server:
    """A process that forks a run for each request. `preload` is a shared library to load into it."""

    def __init__(self, preload: Path | None = None, env: Mapping[str, str] | None = None) -> None:
        loaded = {"LD_PRELOAD": str(preload)} if preload else {}
        tests = Path(__file__).parents[1]
        paths = os.pathsep.join(map(str, (tests, tests.parent, *filter(None, sys.path))))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "support.forked"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=process_env({"PYTHONPATH": paths, **loaded, **(env or {})}),
        )

    def run(
        self,
        *arguments: str | Path,
        folder: Path | None = None,
        shim: Sequence[Any] | None = None,
        longest_s: float = LONGEST_S,
        function: str = PROGRAM,
    ) -> Trial:
        """Run the program with arguments, in a folder; `shim`: the arguments of the preloaded `arm`.

        `function` is what is run: MODULE:NAME of a function without parameters that reads `sys.argv`.
        """
        request = {
            "arguments": [*map(str, arguments)],
            "function": function,
            "folder": str(folder or "/"),
            "shim": shim,
            "longest_s": longest_s,
        }
        send, receive = self._process.stdin, self._process.stdout
        assert send is not None
        assert receive is not None
        send.write(json.dumps(request).encode() + b"\n")
        send.flush()
        answer = json.loads(receive.readline())
        hung = f"(it was ended after {longest_s:.0f} s: it hangs, or the machine is busy)"
        return Trial(
            answer["code"],
            base64.b64decode(answer["out"]),
            base64.b64decode(answer["err"]).decode("utf-8", "replace") + hung * (answer["code"] == HUNG),
            answer["calls"],
            answer["failed_at"],
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, at: TracebackType | None) -> None:
        self._process.communicate()


# --- In the process -------------------------------------------------------------------------------------


def serve() -> None:
    """Answer requests from stdin until it is closed."""
    for name in IMPORTED:
        import_module(name)
    counted, failed_at = _seen()
    for line in sys.stdin.buffer:
        request = json.loads(line)
        with _memory_file() as out, _memory_file() as err:
            pid = os.fork()
            if pid == 0:
                _run(request, out, err)
            code = _ended(pid, request["longest_s"])
            answer = {
                "code": code,
                "out": base64.b64encode(_content(out)).decode(),
                "err": base64.b64encode(_content(err)).decode(),
                "calls": counted(),
                "failed_at": failed_at(),
            }
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _run(request: Mapping[str, Any], out: int, err: int) -> None:
    """Run the program in the child, and end the child."""
    code = 1
    try:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(out, 1)
        os.dup2(err, 2)
        sys.stdin = io.TextIOWrapper(open(0, "rb", closefd=False))  # noqa: SIM115 - until the end
        sys.stdout = io.TextIOWrapper(open(1, "wb", closefd=False))  # noqa: SIM115
        sys.stderr = io.TextIOWrapper(open(2, "wb", 0, closefd=False), write_through=True)  # noqa: SIM115
        os.chdir(request["folder"])
        sys.argv = ["logstats", *request["arguments"]]
        module, _, name = request["function"].partition(":")
        run = getattr(import_module(module), name)
        if request["shim"] is not None:
            _library().arm(*(_argument(value) for value in request["shim"]))
        code = run()
    except BaseException:  # noqa: BLE001 - what Python does with what nobody caught
        traceback.print_exc()
    finally:
        if request["shim"] is not None:
            _library().disarm()
        with contextlib.suppress(OSError):
            sys.stdout.flush()
        os._exit(code)


def _argument(value: str | int) -> Any:
    return value.encode() if isinstance(value, str) else value


def _library() -> Any:
    import ctypes  # noqa: PLC0415 - only where a library is loaded

    return ctypes.CDLL(None)


def _seen() -> tuple[Callable[[], list[int]], Callable[[], str]]:
    """Return functions that return the numbers of calls in the last run, and which failed."""
    if not os.environ.get("LD_PRELOAD"):
        return list, lambda: ""
    import ctypes  # noqa: PLC0415 - only where a library is loaded

    library = _library()
    library.failed_at.restype = ctypes.c_char_p
    library.counted.restype = ctypes.c_long
    return (
        lambda: [library.counted(kind) for kind in range(KINDS)],
        lambda: str(library.failed_at().decode("utf-8", "replace")),
    )


def _ended(pid: int, longest_s: float) -> int:
    """Wait for the child, end it after `longest_s`, and return its code."""
    process = os.pidfd_open(pid)
    has_ended = bool(select.select([process], [], [], longest_s)[0])
    os.close(process)
    if not has_ended:
        os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status) if has_ended else HUNG


@contextlib.contextmanager
def _memory_file() -> Iterator[int]:
    number = os.memfd_create("output")
    try:
        yield number
    finally:
        os.close(number)


def _content(number: int) -> bytes:
    size = os.lseek(number, 0, os.SEEK_END)
    return os.pread(number, size, 0)


if __name__ == "__main__":
    serve()
