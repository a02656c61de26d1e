"""The breakdown of a figure: the number of lines that were read, less those that each rule leaves out."""

from collections.abc import Iterator, Sequence

from logstats.clock import local_times
from logstats.errors import LogstatsError
from logstats.model import Counters, Result
from logstats.reports.counters import counters_in_session, views
from logstats.rules.drift import rules_notes
from logstats.rules.explain import FIGURES
from logstats.store import Session, statements
from logstats.store.as_of import WITHOUT_SUSPECTS, AsOf, ReportRequest, resolve

BREAKDOWN = "counters/breakdown"


def break_down(request: ReportRequest, figure: str) -> tuple[Result, tuple[str, ...]]:
    """Return the steps of a figure (a key of FIGURES), each with the sum up to it; the last is the figure.

    Also return a message for each site whose steps do not add up to its figure: the store is damaged.
    """
    field = FIGURES[figure]
    read = {*statements.load(BREAKDOWN).tables, *views()}
    with Session() as session, session.reading(request.store, request.wait, views=read):
        as_of = resolve(session, request)
        _refuse_pruned(as_of)
        figures = counters_in_session(session, request, has_all_time=field == "all_time")
        params = {
            "at": as_of.at,
            "online_since": as_of.online_since,
            "figure": "all" if field == "all_time" else field,
            "site": request.site,
            WITHOUT_SUSPECTS: bool(request.values.get(WITHOUT_SUSPECTS)),
        }
        steps = session.run(BREAKDOWN, params)
        notes = (*as_of.notes, *rules_notes(session, request))
    if not figures:
        raise LogstatsError(f"{request.store}: no site yet; `logstats ingest LOG` reads one in")
    return steps._replace(notes=notes), tuple(_wrong(steps, figures, field))


def _refuse_pruned(as_of: AsOf) -> None:
    if as_of.hits_from and as_of.at < as_of.hits_from:
        day = local_times([as_of.hits_from], as_of.clock)[as_of.hits_from].date()
        raise LogstatsError(
            f"hits before {day} have been pruned, so a figure of an earlier day can't be explained; "
            f"use a day from {day} on"
        )


def _wrong(steps: Result, figures: Sequence[Counters], field: str) -> Iterator[str]:
    last_sums = {row["site"]: row["sum"] for row in steps.records()}
    for row in figures:
        found, figure = last_sums[row.site], getattr(row, field)
        if found != figure:
            yield f"{row.site}: the steps add up to {found:,}, the figure is {figure:,}"
