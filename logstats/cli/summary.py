"""The summary of a run that read logs, in words."""

from logstats.cli.context import count
from logstats.cli.context import without_agent as note_without_agent
from logstats.model import IngestSummary

NOTHING_NEW = "nothing new"


def in_words(summary: IngestSummary) -> str:
    """Return the counts on one line."""
    if not summary.lines:
        return NOTHING_NEW
    of_rejects = [count(summary.headers, "header line")] if summary.headers else []
    of_rejects += ["see `logstats rejects`"] if summary.rejects > summary.headers else []
    rejects = count(summary.rejects, "reject") + (f" ({'; '.join(of_rejects)})" if of_rejects else "")
    repeated = f"{summary.repeated:,} read before, " if summary.repeated else ""
    return (
        f"{count(summary.lines, 'line')}, {repeated}{count(summary.hits, 'hit')}, {rejects}, "
        f"{count(summary.bots, 'bot')}, {count(summary.page_views, 'page view')}, {summary.seconds:.1f} s"
    )


def names(summary: IngestSummary) -> tuple[str, ...]:
    """Return the names of the logs of which something is said."""
    pairs = (*summary.copies, *summary.waiting, *summary.notes, *summary.without_agent)
    return tuple(path for path, _ in pairs)


def notes(summary: IngestSummary) -> list[str]:
    """Return what is said of logs that are new, once where it is true of several."""
    paths: dict[str, list[str]] = {}
    for path, note in summary.notes:
        paths.setdefault(note, []).append(path)
    others = {note: count(len(of_note) - 1, "other log") for note, of_note in paths.items()}
    return [
        f"{first} and {others[note]}: {note}" if more else f"{first}: {note}"
        for note, (first, *more) in paths.items()
    ]


def read_before(summary: IngestSummary) -> list[str]:
    """Return a note for each log of which lines were read before, with the logs that they were read in."""
    found: dict[str, dict[str, int]] = {}
    for path, name, lines in summary.read_in:
        of_log = found.setdefault(path, {})
        of_log[name] = of_log.get(name, 0) + lines
    return [
        f"{path}: {count(sum(of_log.values()), 'line')} read before "
        f"({'; '.join(f'{lines:,} in {_earlier(name, path)}' for name, lines in of_log.items())}); "
        "they do not count again"
        for path, of_log in found.items()
    ]


def _earlier(name: str, path: str) -> str:
    return "an earlier state of it" if name == path else name


def dominant_clients(summary: IngestSummary) -> list[str]:
    """Return a note for each site of which one client made most page views."""
    return [
        f"{site}: over half of the page views come from {client or 'one client'}, most likely a proxy; "
        "name it in trusted_proxies, and log the X-Forwarded-For header"
        for site, client in summary.dominant_clients
    ]


def without_agent(summary: IngestSummary) -> list[str]:
    """Return a note for each format without a user agent, which names its logs."""
    logs: dict[str, list[str]] = {}
    for path, name in summary.without_agent:
        logs.setdefault(name, []).append(path)
    notes = []
    for name, (first, *others) in logs.items():
        named = f"{first} and {count(len(others), 'other log')}" if others else first
        notes.append(f"{named}: {note_without_agent(name)}")
    return notes
