"""What only the end of a run shows: lost content, states that are over, logs that are still refused."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from logstats.errors import RefusedLinesError
from logstats.model import OBJECT_SCHEMES
from logstats.sources.outcome import MISSING, REPORTED, UNSETTLED
from logstats.sources.paths import STDIN
from logstats.sources.recorder import Recorder

if TYPE_CHECKING:
    from logstats.sources.objects import Listing


def find_refused(recorder: Recorder) -> None:
    """Find the log of which most lines were rejected in an earlier run, and that has no new line since.

    Only the youngest log counts: an older one is not written to any more.
    """
    for source in recorder.known.unfinished:
        path, written_at = recorder.without_news.get(source.source_id, ("", -1))
        if source.is_refused and written_at >= recorder.youngest:
            recorder.findings.unread.append(RefusedLinesError.of_earlier_run(path))


def find_gaps(recorder: Recorder) -> None:
    """Find the sources that were not read to their end and that no log contains any more."""
    if not recorder.is_certain:
        return
    for source in recorder.known.unfinished:
        is_elsewhere = source.path not in recorder.names and _exists(source.path, recorder.listings)
        is_ours = not recorder.is_foreign(source) and not source.path.startswith(STDIN)
        is_there = is_elsewhere or source.source_id in recorder.found_again
        if is_ours and not is_there and source.size > source.position:
            recorder.findings.gaps.append(source)
            recorder.findings.warnings.append(
                f"{source.path}: is gone before it was read to its end: {source.position:,} of "
                f"{source.size:,} bytes were read"
            )


def find_vanished(recorder: Recorder) -> None:
    """Find the states to delete: of files that are not waiting any more or do not exist any more.

    The states of settled files that are gone are deleted only in a run that writes states anyway.
    """
    waiting = {path for path, state in recorder.states.items() if state.state in UNSETTLED}
    done = waiting & recorder.names - recorder.waiting
    files = {path for path, state in recorder.states.items() if state.state != MISSING}
    gone = (files if recorder.findings.file_states or done else waiting) - recorder.names
    lost = {path for path in gone if not _exists(path, recorder.listings)}
    recorder.findings.vanished += sorted(done | lost)
    for path in recorder.findings.vanished:
        if recorder.states[path].state in REPORTED:
            now = "can be read now" if path in done else "is gone, so it is not reported any more"
            recorder.findings.warnings.append(f"{path}: {now}")
    _find_names(recorder)


def _find_names(recorder: Recorder) -> None:
    """Find the names in logstats.toml that were reported and do not fail any more, or are not in it."""
    missing = {path for path, state in recorder.states.items() if state.state == MISSING}
    if not missing or recorder.known.names is None:
        return
    over = sorted(missing - recorder.known.names.failing)
    recorder.findings.vanished += over
    recorder.findings.warnings += [
        f"{path}: is found now" for path in over if path in recorder.known.names.found
    ]


def _exists(path: str, listings: Iterable["Listing"]) -> bool:
    """Whether there is a file of that name, or an archive that may have it as a member.

    What can't be looked up, in a folder that this user may not enter, is taken to be there, and so is an
    object that none of the listings would have.
    """
    if path.startswith(OBJECT_SCHEMES):
        return not any(listing.lacks(path) for listing in listings)
    try:
        return Path(path).exists() or any(parent.is_file() for parent in Path(path).parents)
    except OSError:
        return True
