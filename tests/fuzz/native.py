"""Fuzz the native reader under AddressSanitizer and UndefinedBehaviorSanitizer.

    cd tests && python -m fuzz.native SECONDS

Inputs are guided by coverage where clang has libFuzzer; else gcc builds a program that edits seeds at random.
An input that fails is written to build/fuzz; what has reached new branches is kept there for the next run.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from logstats.formats import named
from logstats.native import reader

ROOT = Path(__file__).parents[2]
SOURCE = Path(__file__).with_name("native_lines.c")
KEPT = ROOT / "build" / "fuzz"
SEEDS = KEPT / "native"
SANITIZERS = ("-g", "-O1", "-std=gnu11", "-fno-omit-frame-pointer", "-fno-sanitize-recover=all")
LONGEST = 1 << 14


def main(seconds: int) -> None:
    """Build the program, run it, and print how many inputs it was fed; exit with 1 where one failed."""
    SEEDS.mkdir(parents=True, exist_ok=True)
    for number, name in enumerate(reader.LAYOUTS):
        lines = "".join(f"{sample['line']}\n" for other in reader.LAYOUTS for sample in _samples(name, other))
        (SEEDS / name).write_bytes(bytes([number, 127]) + lines.encode())
    program = _built()
    if program is None:
        sys.stdout.write(
            "neither clang with libFuzzer nor gcc is installed: the native reader is not fuzzed\n"
        )
        return
    command = [str(program), f"-max_total_time={seconds}", str(SEEDS)]
    guided = [f"-max_len={LONGEST}", "-print_final_stats=1", f"-artifact_prefix={KEPT}/"]
    is_guided = program.name.endswith("guided")
    ran = subprocess.run(
        [*command, *guided] if is_guided else command,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    found = re.search(r"number_of_executed_units:\s*(\d+)", ran.stderr)
    inputs = int(found[1]) if found else 0
    sys.stdout.write(f"native reader: {inputs:,} inputs in {seconds} s, {program.name}\n")
    if ran.returncode:
        sys.exit(ran.stderr[-5000:])


def _samples(name: str, other: str) -> list[dict[str, str]]:
    """Return the samples of a format, and one of each other."""
    samples = list(named.load(other).samples)
    return samples if name == other else samples[:1]


def _built() -> Path | None:
    """Build the program with the first compiler that can; return it."""
    clang = next((path for name in ("clang", "clang-14") if (path := shutil.which(name))), None)
    compilers = (
        ("native_lines_guided", clang, "-fsanitize=fuzzer,address,undefined"),
        ("native_lines_random", shutil.which("gcc"), "-fsanitize=address,undefined"),
    )
    for name, compiler, sanitizers in compilers:
        own = () if name.endswith("guided") else ("-DWITHOUT_LIBFUZZER",)
        program = KEPT / name
        command = [str(compiler), *SANITIZERS, sanitizers, *own, "-o", str(program), str(SOURCE)]
        if compiler and subprocess.run(command, capture_output=True, check=False).returncode == 0:
            return program
    return None


if __name__ == "__main__":
    main(int(sys.argv[1]))
