"""The commands of sites: list them, rename one, and move logs from one to another."""

import shlex

import click

from logstats import signals
from logstats.cli import options
from logstats.cli.context import App, count
from logstats.errors import UsageError
from logstats.reports import sites
from logstats.totals import move
from logstats.totals.rename import rename


@click.command("sites", short_help="The sites, and what is stored of each")
@options.format_option()
@click.pass_obj
def sites_command(app: App, format_name: str | None) -> None:
    """List the sites: zone, first and newest line, hits, visits, all time, and the file of its settings.

    Sites that logstats.toml lists and that have no line yet are shown too.
    """
    result = sites.listed(app.db, app.settings, app.wait)
    app.print(result, format_name)
    if not result.rows:
        app.note(["nothing is stored yet; `logstats ingest LOG` reads a log"])


@click.command("rename", short_help="Give a site another name, or all it has to another site")
@click.argument("old")
@click.argument("new")
@click.option("--merge", is_flag=True, help="Also where OLD can't be parted from NEW again.")
@click.option("--undo", "is_undo", is_flag=True, help="Take back that OLD was renamed to NEW.")
@click.pass_obj
@signals.deferred()
def rename_command(app: App, *, old: str, new: str, merge: bool, is_undo: bool) -> None:
    """Give the site OLD the name NEW; if there is a site NEW, OLD becomes part of it.

    The figures are then as if OLD's logs had been read for NEW from the start, by the rules that
    logstats.toml has for NEW, or else those that the store keeps. Later lines of these logs are counted for
    NEW. --undo parts them again, with all that was read since.
    """
    if is_undo:
        if merge:
            raise UsageError("--undo and --merge can't be combined")
        _say_moved(app, move.rename_back(app.db, old, new, app.settings, app.wait), old)
        return
    renamed = rename(app.db, old, new, app.settings, app.wait, is_final=merge)
    moved = f"{count(renamed.hits, 'hit')} of {count(renamed.logs + renamed.naming, 'log')}"
    app.say(0, f"{old} is {'part of' if renamed.is_merged else 'now'} {new}: {moved}")
    if renamed.naming:
        logs = count(renamed.naming, "log")
        app.say(0, f'{logs} name {old} in their lines; for later lines, list hosts = ["{old}"] under {new}')
    if renamed.hits and not merge:
        app.say(0, f"`{shlex.join(('logstats', 'rename', '--undo', old, new))}` takes it back")


@click.command("move", short_help="Give logs of one site to another site")
@click.argument("source_ids", nargs=-1, required=True, callback=options.source_ids, metavar="ID...")
@click.argument("site")
@click.pass_obj
@signals.deferred()
def move_command(app: App, *, source_ids: tuple[int, ...], site: str) -> None:
    """Give the logs with these IDs, as `logstats sources` shows them, to SITE.

    The figures of both sites are then as if the logs had been read for SITE from the start. Later lines of
    these logs are counted for SITE. To take it back, move them to the other site again.
    """
    moved = move.move(app.db, source_ids, site, app.settings, app.wait)
    _say_moved(app, moved, site)
    ids = [str(source_id) for source_id in dict.fromkeys(source_ids)]
    app.say(0, f"`{shlex.join(('logstats', 'move', *ids, moved.old))}` takes it back")


def _say_moved(app: App, moved: move.Moved, site: str) -> None:
    what = f"{count(moved.hits, 'hit')} of {count(moved.logs, 'log')}"
    new = f"{site}, which is a new site" if moved.is_new else site
    gone = f"; {moved.old} has no lines any more and is removed" if moved.is_gone else ""
    app.say(0, f"{what} of {moved.old} are now of {new}{gone}")
