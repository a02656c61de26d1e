"""The commands that keep a store: look whether it fits, mend it, take back, forget, copy, name articles."""

from pathlib import Path
from typing import Any

import click

from logstats import signals
from logstats.cli import options
from logstats.cli.context import App
from logstats.errors import MismatchError, together
from logstats.model import Result
from logstats.store import maintenance
from logstats.titles.store import TitlesRequest, store_titles
from logstats.totals import recompute
from logstats.totals.prune import prune
from logstats.totals.undo import undo

SIZE_STAYS = "the file keeps its size; `logstats compact` makes it smaller"


@click.command("verify", short_help="Say whether every figure fits")
@options.format_option()
@click.pass_obj
def verify_command(app: App, format_name: str | None) -> None:
    """Recompute every figure from the kept hits and say whether each stored one fits.

    Prints each figure that differs; exits 5 when there is one.
    """
    _verify(app, format_name)


def _verify(app: App, format_name: str | None) -> None:
    checks = recompute.verify(app.db, app.wait)
    wrong = [(check.claim, *row) for check in checks for row in check.differences.rows]
    if wrong:
        app.print(Result(("claim", "what", "stored", "recomputed"), wrong), format_name)
        raise MismatchError(f"{app.db}: {len(wrong)} figures do not fit; `logstats rebuild` makes them anew")
    for check in checks:
        app.say(0, f"fits: {check.claim}")


@click.command("rebuild", short_help="Make all figures anew from the kept hits")
@click.pass_obj
@signals.deferred()
def rebuild_command(app: App) -> None:
    """Make every visit and total anew from the kept hits, by the rules as they are now."""
    with app.progress("rebuilding", lambda: recompute.REBUILD_STEPS) as advance:
        recompute.rebuild(app.db, app.settings, app.wait, advance)
    app.say(0, f"{app.db}: rebuilt")


@click.command("undo", short_help="Take one ingest back")
@click.argument("ingest_id", type=click.IntRange(min=1), metavar="ID")
@options.all_of([options.DRY_RUN, options.format_option()])
@click.pass_obj
@signals.deferred()
def undo_command(app: App, /, ingest_id: int, format_name: str | None, **values: Any) -> None:
    """Take one ingest back: the figures are then as if it had never been.

    `logstats ingests` shows the IDs. Ingesting the log again counts it again.
    """
    dry_run = values["dry_run"]
    undone = undo(app.db, ingest_id, app.wait, dry_run=dry_run)
    if dry_run:
        app.print(undone.days, format_name)
    told = "would be" if dry_run else "is"
    app.say(
        0,
        f"ingest {ingest_id} {told} undone: {undone.lines:,} lines, {undone.hits:,} hits, "
        f"{undone.rejects:,} rejects of {undone.path}, from byte {undone.position:,} on",
    )


@click.command("prune", short_help="Forget old raw hits; no figure moves")
@options.all_of([options.KEEP, options.DRY_RUN, options.AT, options.TIMEZONE, options.format_option()])
@click.pass_obj
@signals.deferred()
def prune_command(app: App, /, keep: int | None, format_name: str | None, **values: Any) -> None:
    """Forget raw hits that are older than so many days; no figure moves, now or later.

    Visits and the totals of days stay for ever. Rejects that were read before go too, and pages,
    referrers and agents that nothing refers to any more. The file keeps its size.
    """
    dry_run = values.pop("dry_run")
    result = prune(app.request(values), keep or app.settings.keep_hits, dry_run=dry_run)
    if dry_run:
        app.print(result, format_name)
        return
    gone = [row for row in result.records() if row["forgotten"]]
    for row in gone:
        of_site = f" of {row['site']}" if row["site"] else ""
        before = f" before {row['before']}" if row["before"] else ""
        app.say(0, f"{row['forgotten']:,} {row['what']}{of_site}{before} forgotten, {row['kept']:,} kept")
    app.say(0, SIZE_STAYS if gone else "nothing to forget")


@click.command("snapshot", short_help="Write a copy of the store: the backup")
@click.argument("target", metavar="FILE", type=options.PATH)
@click.pass_obj
@signals.deferred()
def snapshot_command(app: App, target: Path) -> None:
    """Write a copy of the store to FILE in one step: the backup. It is a store itself.

    Reports go on meanwhile, and ingest waits.
    """
    size = maintenance.snapshot(app.db, target, app.wait)
    app.say(0, f"{target}: {size:,} bytes")


@click.command("compact", short_help="Give back the room of what was deleted")
@click.pass_obj
@signals.deferred()
def compact_command(app: App) -> None:
    """Give back the room of what was deleted from the store.

    Takes as much free disk again as the store will be long. Reports go on meanwhile.
    """
    done = maintenance.compact(app.db, app.wait)
    app.say(0, f"{app.db}: {done.before:,} bytes before, {done.after:,} now")


@click.command("repair", short_help="Mend a store after a power cut")
@options.format_option()
@click.pass_obj
@signals.deferred()
def repair_command(app: App, format_name: str | None) -> None:
    """Mend a store that can't be opened since a power cut tore its log; then verify.

    The old log is kept. What was in its torn part is read again by the next ingest: the logs are
    listed with the byte up to which the store holds them. Nothing else is changed.
    """
    done = maintenance.repair(app.db, app.wait)
    if done.kept is None:
        app.say(0, f"{app.db}: its log is whole, nothing to repair")
    else:
        app.say(0, f"{app.db}: the torn log is kept as {done.kept.name}; ingest these logs again:")
        app.print(done.sources, format_name)
    _verify(app, format_name)


@click.command("titles", short_help="Read articles' titles from a sitemap, a feed, a CSV or a page")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--site", metavar="NAME", help="The site that the addresses are of, whatever their host.")
@click.option("--address", "url", metavar="URL", help="That of a saved HTML page which does not say its own.")
@click.pass_obj
@signals.deferred()
def titles_command(app: App, /, files: tuple[str, ...], **values: Any) -> None:
    """Read articles' titles from FILE, or - for stdin; packed or not.

    It may be a news sitemap, an RSS or Atom feed, a CSV with address and title, or a saved HTML page; its
    content tells which. Reports show the titles, also of articles that are read later. Nothing is fetched.
    """
    given = store_titles(TitlesRequest(app.db, files, app.settings, wait=app.wait, **values))
    told = {
        "of no site": given.elsewhere,
        "of what is no page": given.no_pages,
        "without an address or a title": given.skipped,
    }
    left_out = "".join(f", {count:,} {why}" for why, count in told.items() if count)
    if given.read or given.skipped or not given.unread:
        app.say(0, f"{given.read:,} titles, {given.new:,} new, {given.changed:,} changed{left_out}")
    if given.unread:
        raise together(given.unread)
