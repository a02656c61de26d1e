"""The command of baselines, from which the all-time count starts: list, set and remove them."""

import re
from collections.abc import Sequence
from datetime import date, datetime

import click

from logstats import signals
from logstats.cli import options
from logstats.cli.context import App
from logstats.config import converters
from logstats.errors import UsageError
from logstats.reports import baselines
from logstats.reports.baselines import START, StoredBaseline
from logstats.reports.counters import Baseline, set_baselines

FILE_SETS_AGAIN = "and the next `logstats update` stores it again"


def _visits(_context: click.Context, _param: click.Parameter, text: str | None) -> int | None:
    if text is None:
        return None
    if not re.fullmatch(r"[0-9]+", text) or int(text) > converters.LARGEST_COUNT:
        allowed = f"from 0 to {converters.LARGEST_COUNT:,}"
        raise click.BadParameter(f"'{text}' is not a whole number {allowed}")
    return int(text)


@click.command(
    "baseline",
    short_help="List, set or remove the values of old counters",
    context_settings={"ignore_unknown_options": True},  # a negative number is no option
)
@click.argument("site", required=False)
@click.argument("visits", required=False, callback=_visits)
@click.option(
    "--on",
    "on_day",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="The first day that logstats counts.",
)
@click.option("--note", help="Where the number comes from.")
@click.option("--remove", "is_removal", is_flag=True, help="Remove the baseline of SITE, that of DATE.")
@options.format_option()
@click.pass_obj
@signals.deferred()
def baseline_command(  # noqa: PLR0913 - one parameter an option
    app: App,
    *,
    site: str | None,
    visits: int | None,
    on_day: datetime | None,
    note: str | None,
    is_removal: bool,
    format_name: str | None,
) -> None:
    """Start SITE's all-time count from VISITS, the last count of the old counter.

    Every visit since DATE is added to it; without DATE every visit in the store. Of several baselines the one
    of the latest day that is not in the future is in force. Without VISITS, list the baselines.
    """
    day = on_day.date() if on_day else None
    if site is not None and site.startswith("-"):
        raise UsageError(f"no option {site}; `logstats baseline --help` lists them")
    if is_removal:
        if site is None or visits is not None or note is not None:
            raise UsageError("--remove takes SITE and --on DATE only")
        _remove(app, site, day)
    elif visits is None:
        if day or note is not None:
            raise UsageError("give SITE and VISITS with --on and --note")
        app.print(baselines.listed(app.db, app.settings, site, app.wait), format_name)
    else:
        _set(app, Baseline(site=str(site), visits=visits, on_day=day or START, note=note))


def _set(app: App, new: Baseline) -> None:
    set_baselines(app.db, [new], app.wait)
    known = baselines.stored(app.db, app.settings, new.site, app.wait)
    (ours,) = [each for each in known if each.is_stored and each.on_day == new.on_day]
    if ours.in_force:
        app.say(0, f"{new.site}: all time starts from {new.visits:,}")
    else:
        app.say(0, f"{new.site}: {_no_effect(ours, known)}")
    _say_of_file(app, known, new.on_day, "change it there")


def _no_effect(new: StoredBaseline, known: Sequence[StoredBaseline]) -> str:
    """Return why a baseline is not in force, and which is."""
    holds = [each for each in known if each.in_force]
    now = f"until then {_described(holds[0])} is in force" if holds else "until then there is none"
    if new.on_day > new.at_day:
        return f"all time starts from {new.visits:,} only on {new.on_day}, which is in the future; {now}"
    return (
        f"{new.visits:,} is stored and has no effect now: {_described(holds[0])} is in force, since its day "
        f"is later. Only figures as of days before {holds[0].on_day} start from {new.visits:,}"
    )


def _described(baseline: StoredBaseline) -> str:
    where = "of logstats.toml" if baseline.is_of_settings else "set by command"
    on = "" if baseline.on_day == START else f" on {baseline.on_day}"
    return f"{baseline.visits:,}{on} ({where})"


def _say_of_file(app: App, known: Sequence[StoredBaseline], on_day: date, advice: str) -> None:
    """Print that logstats.toml has a baseline for a day that the store has not."""
    for each in known:
        if not each.is_stored and each.on_day == on_day:
            of_file = f"{each.site}: {app.settings.path} has {each.visits:,} for this day"
            app.say(0, f"{of_file}, {FILE_SETS_AGAIN}; {advice}")


def _remove(app: App, site: str, day: date | None) -> None:
    removed = baselines.remove(app.db, app.settings, site, day, app.wait)
    known = baselines.stored(app.db, app.settings, site, app.wait)
    holds = [each for each in known if each.in_force]
    now = f"{_described(holds[0])} is in force" if holds else "all time starts from 0"
    app.say(0, f"{site}: the baseline {_described(removed)} is removed; {now}")
    _say_of_file(app, known, removed.on_day, "remove it there too")
