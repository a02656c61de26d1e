"""Edits of a folder of logs between runs, after which lines are not where they were.

Not during a run: a log that is edited in place while it is read is a mixture of both. An inserted line is
longer than all others, because an edit that leaves the size and the last kilobyte as they were does not show.
"""

import os
import random
from pathlib import Path

from support.folder import Event, World


def lose_tail(world: World, chance: random.Random) -> None:
    """Lose the last lines of a log, as in a power cut, and perhaps go on with others."""
    if path := _editable(world, chance):
        lines = _whole_lines(path)
        _edit(world, path, lines[: chance.randrange(len(lines) + 1)], chance)
        world.write(chance)


def cut_head(world: World, chance: random.Random) -> None:
    """Keep the last lines of a log."""
    if path := _editable(world, chance):
        lines = _whole_lines(path)
        _edit(world, path, lines[chance.randrange(len(lines) + 1) :], chance)


def edit(world: World, chance: random.Random) -> None:
    """Erase a line, insert one, or replace one by a line of another length."""
    if path := _editable(world, chance):
        lines = _whole_lines(path)
        at = chance.randrange(len(lines) + 1)
        new = world._line(world.writers[-1], 140 + next(world.numbers)) if world.writers else b""
        erased, added = chance.choice(((0, [new]), (1, []), (1, [new])))
        _edit(world, path, [*lines[:at], *(line for line in added if line), *lines[at + erased :]], chance)


def concatenate(world: World, chance: random.Random) -> None:
    """Write the lines of several logs into one, in any order: another one, or one that is at rest.

    No log gets a line twice: of a log that was not read yet, both would count.
    """
    logs = [chance.choice(world._plain()) for _ in range(chance.choice((2, 2, 3)))]
    lines = list(dict.fromkeys(line for path in logs for line in _whole_lines(path)))
    resting = world._resting()
    world.is_edited = True
    if resting and chance.random() < 0.5:
        path = chance.choice(resting)
        with path.open("ab") as file:
            lines = [line for line in lines if line not in _whole_lines(path)]
            rest = path.read_bytes().rpartition(b"\n")[2]
            world.written.add(rest.lstrip(b"\0"))
            file.write((b"\n" if rest else b"") + b"".join(lines))
    else:
        path = world._new_name(chance)
        path.write_bytes(b"".join(lines))
    world._touch(path)


def split(world: World, chance: random.Random) -> None:
    """Split a log that is at rest in two, at a line or line by line; the log may go."""
    if not (resting := world._resting()):
        return
    path = chance.choice(resting)
    lines = _whole_lines(path)
    at = chance.randrange(len(lines) + 1)
    world.is_edited = True
    for part in chance.choice(((lines[:at], lines[at:]), (lines[::2], lines[1::2]))):
        new = world._new_name(chance)
        new.write_bytes(b"".join(part))
        world._touch(new)
    if chance.random() < 0.5:
        world._remove(path)


def _editable(world: World, chance: random.Random) -> Path | None:
    """Return a plain log that an admin may edit: one with a single name that is not being written."""
    logs = [
        path
        for path in world._plain()
        if not path.is_symlink()
        and path.stat().st_nlink == 1
        and path not in world.coming
        and path not in world.originals.values()
    ]
    return chance.choice(logs) if logs else None


def _edit(world: World, path: Path, lines: list[bytes], chance: random.Random) -> None:
    """Write a log anew, in place or as another file; its writers open it again."""
    world.is_edited = True
    found = path.stat()
    if chance.random() < 0.5:
        path.unlink()
    path.write_bytes(b"".join(lines))
    for writer in world.writers:
        if os.path.samestat(os.fstat(writer.descriptor), found):
            descriptor = os.open(path, os.O_WRONLY | os.O_APPEND)
            os.dup2(descriptor, writer.descriptor)
            os.close(descriptor)
            writer.ends_mid_line = b""
    world._touch(path)


def _whole_lines(path: Path) -> list[bytes]:
    return path.read_bytes().lstrip(b"\0").splitlines(keepends=True)[: path.read_bytes().count(b"\n")]


EDITS: tuple[Event, ...] = (lose_tail, cut_head, edit, concatenate, split)
