"""The commands that explain: the log formats, the class of a URL or agent, and how a figure is computed."""

import json
from pathlib import Path
from typing import NamedTuple

import click

from logstats import formats, similar, sources
from logstats.cli import options
from logstats.cli.context import App, without_agent
from logstats.errors import LogError, MismatchError, UsageError, together
from logstats.formats import named, prefixes
from logstats.ingest.parse_plan import SAMPLE_BYTES
from logstats.model import Result
from logstats.rules import explain
from logstats.sources import LogFile
from logstats.store.as_of import WITHOUT_SUSPECTS, ReportRequest

FORWARDED_CLIENT = "the client is a header, which anybody may write where no proxy sets it"


@click.command("formats", short_help="The known log formats, that of a log, or those of a server")
@click.argument("names", nargs=-1, metavar="[NAME|LOG]...")
@click.option(
    "--from",
    "config_file",
    type=options.PATH,
    metavar="CONF",
    help="An httpd.conf or nginx.conf: show the formats it defines, and the logs that use them.",
)
@options.format_option()
@click.pass_obj
def formats_command(
    app: App, *, names: tuple[str, ...], config_file: Path | None, format_name: str | None
) -> None:
    """List the known log formats and prefixes; explain one by its NAME; or show the format of each LOG.

    --log-format takes the format as a row shows it.
    """
    if config_file:
        if names:
            raise UsageError("--from reads a server's configuration; give no NAME or LOG with it")
        app.print(_of_server(app, config_file), format_name)
    elif not names:
        app.print(_all(), format_name)
    elif len(names) == 1 and names[0] in formats.FORMATS:
        app.report(_one(names[0]), format_name)
    elif len(names) == 1 and names[0] in prefixes.BY_NAME and not Path(names[0]).exists():
        app.print(_prefix(prefixes.BY_NAME[names[0]]), format_name)
    else:
        _refuse_misspelt(names)
        found = _of_logs(app, names)
        app.print(Result(("log", "format"), [(one.path, one.definition) for one in found]), format_name)
        for one in found:
            for note in one.notes:
                app.say(0, f"{one.path}: {note}")


def _refuse_misspelt(names: tuple[str, ...]) -> None:
    """Raise UsageError for the misspelt name of a format, which is no log either."""
    known = (*formats.FORMATS, *prefixes.BY_NAME)
    for name in names:
        is_word = name != sources.STDIN and not set("/*?[").intersection(name) and not Path(name).exists()
        if is_word and (found := similar.closest(name, known)):
            raise UsageError(f"no format and no log '{name}'; did you mean '{found}'?")


def _all() -> Result:
    rows = [(name, named.load(name).about) for name in formats.FORMATS]
    rows += [(f"{prefix.name} FORMAT", f"a prefix: {prefix.about}") for prefix in prefixes.PREFIXES]
    return Result(("format", "about"), rows)


def _one(name: str) -> Result:
    known = named.load(name)
    rows = [("format", name), ("about", known.about), ("pattern", known.spec)]
    for sample in known.samples:
        fields = {key: value for key, value in sample.items() if key not in ("line", "header")}
        rows += [("header", line) for line in sample.get("header", "").splitlines()]
        rows += [("line", sample["line"]), ("parsed as", json.dumps(fields, ensure_ascii=False, default=str))]
    has_agent = formats.has_agent(known.log_format, known.samples[0].get("header", "").splitlines())
    return Result(("field", "value"), rows, () if has_agent else (without_agent(name),))


def _prefix(prefix: prefixes.Prefix) -> Result:
    rows = [
        ("prefix", prefix.name),
        ("about", prefix.about),
        ("source", prefix.source),
        ("pattern", prefix.pattern or prefix.before_text or prefix.before_ip or f"the key {prefix.key}"),
        ("written as", f"--log-format '{prefix.name} combined', or another format in the place of combined"),
    ]
    return Result(("field", "value"), rows)


class _Found(NamedTuple):
    """The format of a log, and what is to be known of it."""

    path: str
    definition: str
    notes: tuple[str, ...]


def _of_logs(app: App, names: tuple[str, ...]) -> list[_Found]:
    """Return the format of each log; raise one error for all files without a log in a known format."""
    rows: list[_Found] = []
    errors: list[LogError] = []
    for path in sources.expand(names):
        found, wrong = _formats_in(path)
        rows += found
        errors += [] if found else wrong
        for error in wrong if found else ():
            app.say(0, str(error))
    if errors:
        raise together(errors)
    return rows


def _detected(log: LogFile) -> _Found:
    beginning = log.sample(SAMPLE_BYTES)
    log_format = formats.detect(beginning, log.path)
    notes = formats.described(log_format)
    if not notes and not formats.has_agent(log_format, beginning.decode("utf-8", "replace").splitlines()):
        notes = [without_agent(log_format.name)]
    if log_format.has_forwarded_client:
        notes.append(FORWARDED_CLIENT)
    return _Found(log.path, log_format.definition, tuple(notes))


def _formats_in(path: str) -> tuple[list[_Found], list[LogError]]:
    """Return the format of each log in a file, which may be an archive, and the errors of the others."""
    from logstats.sources import archives  # noqa: PLC0415 - 15 ms, only where a log is looked at

    found: list[_Found] = []
    wrong: list[LogError] = []
    try:
        for log in archives.logs_in(path):
            try:
                found.append(_detected(log))
            except LogError as error:
                wrong.append(error)
    except LogError as error:
        wrong.append(error)
    return found, wrong


def _of_server(app: App, path: Path) -> Result:
    from logstats.formats import server_configs  # noqa: PLC0415 - 30 ms, only where a configuration is read

    found = server_configs.logged_formats(path)
    for warning in found.unread:
        app.say(0, warning)
    columns = ("log", "site", "format", "written", "where", "note")
    return Result(
        columns,
        [
            (
                row.log,
                row.site,
                row.format_name,
                row.definition,
                row.where,
                row.note or _client_note(row.definition),
            )
            for row in found.formats
        ],
    )


def _client_note(definition: str) -> str:
    """Return a warning where the only client of a format is a header of the request, else ''."""
    try:
        log_format = formats.format_of(definition) if definition else None
    except UsageError:
        return ""
    return FORWARDED_CLIENT if log_format and log_format.has_forwarded_client else ""


@click.command("explain", short_help="Why this article, this bot, this figure")
@click.argument("text", metavar="URL|AGENT|FIGURE")
@click.option("--agent", "is_agent", is_flag=True, help="Treat the argument as a user agent.")
@options.all_of(
    [options.AT, options.SITE, options.TIMEZONE, options.WITHOUT_SUSPECTS, options.format_option()]
)
@click.pass_obj
def explain_command(  # noqa: PLR0913 - one parameter an option
    app: App,
    *,
    text: str,
    is_agent: bool,
    at: str | None,
    site: str | None,
    timezone: str | None,
    without_suspects: bool | None,
    format_name: str | None,
) -> None:
    """Show which article a URL is and why, why an agent is a bot or a person, or how a figure is made up.

    A figure is online, today, week, month or all: its sum starts with every line that was read and ends with
    what `counters` shows; --at applies to figures. A URL is written as in the log, /tin/…, or with its host.
    Any other text is a user agent; one that could be a misspelt figure or URL needs --agent. The rules are
    those of logstats.toml, or those that the store keeps of a site that it does not list; stored hits are
    classified by them after `logstats rebuild`.
    """
    if text in explain.FIGURES and not is_agent:
        request = app.request(
            at=at, site=site, timezone=timezone, values={WITHOUT_SUSPECTS: without_suspects}
        )
        _explain_figure(app, request, text, format_name)
        return
    settings = explain.settings_in_force(app.db, app.settings, site, app.wait)
    if explain.is_url(text) and not is_agent:
        app.print(explain.explain_url(settings, text, site), format_name)
    else:
        if not is_agent:
            explain.require_agent(text)
        app.print(explain.explain_agent(settings, text), format_name)


def _explain_figure(app: App, request: ReportRequest, figure: str, format_name: str | None) -> None:
    from logstats.reports import breakdown  # noqa: PLC0415 - only for figures

    shares, wrong = breakdown.break_down(request, figure)
    app.report(shares, format_name)
    if wrong:
        raise MismatchError("\n".join((*wrong, "`logstats verify` shows which stored figures differ")))
