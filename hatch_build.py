"""Compiles the native reader of lines where there is a compiler: for wheels, in place for editable installs.

Without a compiler, or without Python's headers, the package is complete too: lines are then parsed by
statements. CC and CFLAGS are honoured. `python hatch_build.py` compiles in place, and fails where that fails.
"""

import os
import shlex
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCE = Path("logstats/native/_lines.c")
EXTENSION = Path("logstats/native/_lines.abi3.so")
TAG = "cp311-abi3"  # the limited API of 3.11, so it works with every later Python
FLAGS = ("-std=c11", "-O3", "-Wall", "-Wextra", "-shared", "-fPIC", "-fvisibility=hidden")


class NativeReaderHook(BuildHookInterface):  # type: ignore[type-arg]
    """Hatchling's hook: it runs before each wheel and each editable install."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile the reader, and make the wheel one of this platform if that succeeds."""
        if self.target_name != "wheel":
            return
        if fault := compiled(Path(self.root)):
            self.app.display_info(f"without the native reader: {fault}")
            if version == "editable":  # what is there is of another source
                (Path(self.root) / EXTENSION).unlink(missing_ok=True)
            return
        platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
        build_data["pure_python"] = False
        build_data["tag"] = f"{TAG}-{platform}"
        build_data["artifacts"].append(f"/{EXTENSION}")


def compiled(root: Path) -> str:
    """Compile the reader into the package; return why that is impossible, '' where it is done."""
    if sys.platform == "win32" or sysconfig.get_config_var("Py_GIL_DISABLED"):
        return "it is not made for this Python"
    headers = sysconfig.get_path("include")
    if not (Path(headers) / "Python.h").exists():
        return f"there is no Python.h in {headers}"
    compiler = shlex.split(os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc")
    dynamic = ("-undefined", "dynamic_lookup") if sys.platform == "darwin" else ()
    flags = (*FLAGS, *dynamic, *shlex.split(os.environ.get("CFLAGS", "")), f"-I{headers}")
    unfinished = root / f"{EXTENSION}.{os.getpid()}"
    command = [*compiler, *flags, "-o", str(unfinished), str(root / SOURCE)]
    try:
        ended = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - the compiler
    except OSError as error:
        return f"there is no compiler ({error})"
    if ended.returncode:
        unfinished.unlink(missing_ok=True)
        return f"{compiler[0]} failed: {ended.stderr.strip()}"
    unfinished.replace(root / EXTENSION)  # a running program keeps the file that it has loaded
    return ""


if __name__ == "__main__":
    sys.exit(compiled(Path(__file__).parent) or 0)
