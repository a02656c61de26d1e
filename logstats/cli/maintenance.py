"""The commands that maintain a store: verify, rebuild, rename, undo, prune, snapshot and others."""

from pathlib import Path

import click

from logstats import signals
from logstats.cli import options
from logstats.cli.context import App, count
from logstats.errors import MismatchError, together
from logstats.model import Result
from logstats.reports import counters
from logstats.store import Session, maintenance
from logstats.store.session import VIEWS
from logstats.titles.store import TitlesRequest, TitlesSummary, store_titles
from logstats.totals import recompute
from logstats.totals.prune import prune
from logstats.totals.undo import undo

COMPARED = ("online", "today", "week", "month", "all_time")  # of the box, by `rebuild --dry-run`
ALLOW_ONCE = "counter files show the lower count after `logstats update --allow-decrease`"
SIZE_STAYS = "the file keeps its size; `logstats compact` makes it smaller"


@click.command("verify", short_help="Compare every figure with the raw hits")
@options.format_option()
@click.pass_obj
def verify_command(app: App, format_name: str | None) -> None:
    """Recompute every figure from the raw hits that are kept, and compare it with the stored one.

    Prints each figure that differs; exits 5 when there is one.
    """
    _verify(app, format_name)


def _verify(app: App, format_name: str | None) -> None:
    with app.progress("verifying", recompute.verify_steps) as advance:
        checks = recompute.verify(app.db, app.wait, advance)
    wrong = [(check.claim, *row) for check in checks for row in check.differences.rows]
    if wrong:
        app.print(Result(("claim", "what", "stored", "recomputed"), wrong), format_name)
        differ = "figure differs" if len(wrong) == 1 else "figures differ"
        raise MismatchError(
            f"{len(wrong)} {differ} from the raw hits; `logstats rebuild` computes all of them again",
            path=app.db,
        )
    for check in checks:
        app.say(0, f"ok: {check.claim}")


@click.command("rebuild", short_help="Compute all figures again from the raw hits")
@options.all_of([options.DRY_RUN, options.AT, options.format_option()])
@click.pass_obj
@signals.deferred()
def rebuild_command(app: App, *, dry_run: bool, at: str | None, format_name: str | None) -> None:
    """Compute every visit and total again from the raw hits that are kept, by the current rules.

    A site that logstats.toml does not list keeps its rules. --dry-run shows the figures that would change,
    and the settings that differ; --at is the time of online, today, week and month in it.
    """

    def measure(session: Session) -> recompute.Figures:
        if not dry_run:
            return {}
        session.create_views(counters.views(), VIEWS)
        rows = counters.counters_of_sites(session, app.db, at or app.settings.at)
        return {(row.site, name): getattr(row, name) for row in rows for name in COMPARED}

    with app.progress("rebuilding", lambda: recompute.REBUILD_STEPS) as advance:
        rebuilt = recompute.rebuild(app.db, app.settings, app.wait, advance, measure=measure, dry_run=dry_run)
    for site, rules_from in rebuilt.kept:
        why = f"{app.settings.path} does not list it" if app.settings.path else "no logstats.toml was read"
        app.say(0, f"{site}: by the settings of {rules_from}, as the store keeps them, since {why}")
    if dry_run:
        app.print(rebuilt.changes, format_name)
        changes = any(name for _, name, *_ in rebuilt.changes.rows)
        app.say(0, "nothing was changed; without --dry-run it is" if changes else "no figure would change")
        return
    for site, name, before, after, settings in rebuilt.changes.rows:
        if settings and name == "visits" and after < before:
            app.say(0, f"{site}: it had {before:,} visits and has {after:,}; {ALLOW_ONCE}")
    app.say(0, f"{app.db}: rebuilt")


@click.command("undo", short_help="Undo one ingest")
@click.argument("ingest_id", callback=options.ingest_id, metavar="ID")
@options.all_of([options.DRY_RUN, options.format_option()])
@click.pass_obj
@signals.deferred()
def undo_command(app: App, *, ingest_id: int, dry_run: bool, format_name: str | None) -> None:
    """Undo one ingest: the figures are then as if it had never run.

    `logstats ingests` shows the IDs. Ingesting the log again counts it again.
    """
    undone = undo(app.db, ingest_id, app.wait, dry_run=dry_run)
    if dry_run:
        app.print(undone.days, format_name)
    app.say(
        0,
        f"ingest {ingest_id} {'would be' if dry_run else 'is'} undone: {count(undone.lines, 'line')}, "
        f"{count(undone.hits, 'hit')}, {count(undone.rejects, 'reject')} of {undone.path}, "
        f"from byte {undone.position:,} on",
    )


@click.command("prune", short_help="Delete old raw hits; no figure changes")
@options.all_of([options.KEEP, options.DRY_RUN, options.AT, options.TIMEZONE, options.format_option()])
@click.pass_obj
@signals.deferred()
def prune_command(  # noqa: PLR0913 - one parameter an option
    app: App,
    *,
    keep: int | None,
    dry_run: bool,
    at: str | None,
    timezone: str | None,
    format_name: str | None,
) -> None:
    """Delete raw hits that are older than this many days; no figure changes, now or later.

    Visits and daily totals stay for ever. Rejects of that age are deleted too, and pages, referrers and
    agents that no hit refers to any more. The file keeps its size.
    """
    request = app.request(at=at, timezone=timezone)
    result = prune(request, keep, dry_run=dry_run)
    app.note(result.notes)
    if dry_run:
        app.print(result, format_name)
        return
    deleted = [row for row in result.records() if row["forgotten"]]
    for row in deleted:
        of_site = f" of {row['site']}" if row["site"] else ""
        before = f" before {row['before']}" if row["before"] else ""
        app.say(0, f"{row['forgotten']:,} {row['what']}{of_site}{before} deleted, {row['kept']:,} kept")
    app.say(0, SIZE_STAYS if deleted else "nothing to delete")


@click.command("snapshot", short_help="Write a copy of the store: the backup")
@click.argument("target", metavar="FILE", type=options.PATH)
@click.pass_obj
@signals.deferred()
def snapshot_command(app: App, target: Path) -> None:
    """Write a copy of the store to FILE in one step: the backup. The copy is a store itself.

    Reports go on during the copy, and ingest waits.
    """
    size = maintenance.snapshot(app.db, target, app.wait)
    app.say(0, f"{target}: {count(size, 'byte')}")


@click.command("compact", short_help="Free the disk space of deleted rows")
@click.pass_obj
@signals.deferred()
def compact_command(app: App) -> None:
    """Free the disk space of deleted rows.

    Needs free disk space for one more copy of the store. Reports go on meanwhile.
    """
    sizes = maintenance.compact(app.db, app.wait)
    app.say(0, f"{app.db}: {sizes.before:,} bytes before, {sizes.after:,} now")


@click.command("repair", short_help="Repair a store after a power cut")
@options.format_option()
@click.pass_obj
@signals.deferred()
def repair_command(app: App, format_name: str | None) -> None:
    """Repair a store of which a power cut tore the file or the write-ahead log. Then verify.

    What was torn is kept. The next ingest reads the lines of the torn part again: the logs are listed with
    the byte up to which the store holds them. A store of an older logstats is migrated. Nothing else is
    changed.
    """
    done = maintenance.repair(app.db, app.wait)
    if done.file:
        app.say(0, f"{app.db}: the file was torn; it is kept as it was as {done.file.name}")
    if done.log:
        app.say(0, f"{app.db}: the write-ahead log was torn; it is kept as {done.log.name}")
    if done.file or done.log:
        app.say(0, f"{app.db}: repaired; ingest these logs again:")
        app.print(done.sources, format_name)
    else:
        app.say(0, f"{app.db}: the file and the write-ahead log are intact; nothing to repair")
    _verify(app, format_name)


@click.command("titles", short_help="Read articles' titles from a sitemap, a feed, a CSV or HTML")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--site", metavar="NAME", help="The site of all URLs, regardless of their hosts.")
@click.option(
    "--address", "url", metavar="URL", help="The URL of a saved HTML page that does not give its own."
)
@click.pass_obj
@signals.deferred()
def titles_command(app: App, *, files: tuple[str, ...], site: str | None, url: str | None) -> None:
    """Read articles' titles from FILE, or - for stdin; compressed or not.

    FILE is a news sitemap, an RSS or Atom feed, a CSV with URL and title, or a saved HTML page; its content
    decides. Reports show the titles, also of articles that are read later. Nothing is fetched.
    """
    summary = store_titles(
        TitlesRequest(
            store=app.db,
            files=files,
            settings=app.settings,
            site=site,
            url=url,
            wait=app.wait,
        )
    )
    if summary.read or summary.skipped or not summary.unread:
        app.say(0, _titles_in_words(summary))
    if summary.unread:
        raise together(summary.unread)


def _titles_in_words(summary: TitlesSummary) -> str:
    left_out = {
        "of no site": summary.elsewhere,
        "of URLs that are no pages": summary.no_pages,
        "without a URL or a title": summary.skipped,
    }
    counts = "".join(f", {number:,} {why}" for why, number in left_out.items() if number)
    return f"{count(summary.read, 'title')}, {summary.new:,} new, {summary.changed:,} changed{counts}"
