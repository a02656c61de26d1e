"""What a figure is made of: every line that was read, less what is left out by one reason after another."""

from collections.abc import Iterator, Sequence

from logstats.clock import local_times
from logstats.errors import LogstatsError
from logstats.model import Counters, Result
from logstats.reports.counters import counters_in_session
from logstats.rules.drift import rules_notes
from logstats.rules.explain import FIGURES
from logstats.store import Session
from logstats.store.as_of import WITHOUT_SUSPECTS, AsOf, ReportRequest, resolve


def break_down(question: ReportRequest, figure: str) -> tuple[Result, tuple[str, ...]]:
    """Return the shares of a figure (a key of FIGURES), each with the sum up to it; the last is the figure.

    And in words where it is not, for then the books of the store do not balance.
    """
    field = FIGURES[figure]
    with Session() as session, session.reading(question.store, question.wait):
        then = resolve(session, question)
        _refuse_pruned(then)
        asked = {"figure": "all" if field == "all_time" else field, "site": question.site}
        figures = counters_in_session(session, question)
        flag = {WITHOUT_SUSPECTS: bool(question.values.get(WITHOUT_SUSPECTS))}
        params = {"at": then.at, "at_reach": then.online_reach, **asked, **flag}
        told = session.run("counters/breakdown", params)
        notes = rules_notes(session, question)
    if not figures:
        raise LogstatsError(f"{question.store}: no site yet; `logstats ingest LOG` reads one in")
    return told._replace(notes=notes), tuple(_wrong(told, figures, field))


def _refuse_pruned(then: AsOf) -> None:
    if then.hits_from and then.at < then.hits_from:
        day = local_times([then.hits_from], then.clock)[then.hits_from].date()
        raise LogstatsError(
            f"the hits before {day} are pruned: what a figure at an instant of then is made of is not "
            f"known any more; ask for one from {day} on"
        )


def _wrong(told: Result, figures: Sequence[Counters], field: str) -> Iterator[str]:
    sums = {row["site"]: row["sum"] for row in told.records()}
    for row in figures:
        found, figure = sums[row.site], getattr(row, field)
        if found != figure:
            yield f"{row.site}: the shares add up to {found:,}, the figure is {figure:,}"
