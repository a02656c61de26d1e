"""The command `articles`: the report, and with --top or --period a list for a portal's pages."""

from typing import Any

import click

from logstats.cli import options, reports
from logstats.cli.context import App, not_for_spreadsheets, spreadsheet_options, write_stdout
from logstats.errors import UsageError
from logstats.lists.most_read import read_most_read
from logstats.lists.request import ListRequest
from logstats.model import Result
from logstats.render import embeds, most_read
from logstats.render.links import link

REPORT = reports.of_report("articles")
OF_LISTS = ("top", "period", "untitled", "published_since", "with_counts")
OF_BOTH = ("at", "site", "format_name")
COLUMNS = ("rank", "title", "url", "views", "readings", "change")
ABOUT_LISTS = (
    "With --top or --period it prints a list for a page of the portal: the articles that have a title, "
    "without the home page and section pages, in the calendar period that the box has. Everybody is counted."
)
ONLY_LISTS = tuple(name for name in embeds.LIST_FORMATS if name not in ("html", "json"))
LIST_OPTIONS = options.all_of(
    [
        click.option(
            "--top",
            type=options.Whole(1, embeds.LONGEST_LIST),
            metavar="N",
            help="A list of the N most read articles for a page of the portal  [default: 10, with --period].",
        ),
        click.option(
            "--period",
            type=click.Choice(embeds.PERIODS),
            help=f"The period of the list, as in the box  [default: {embeds.PERIOD}, with --top].",
        ),
        click.option(
            "--untitled",
            is_flag=True,
            help="In the list: also articles without a title, by their URL's words.",
        ),
        click.option(
            "--published-since",
            metavar="WHEN",
            help="In the list: leave out articles that were published before WHEN, such as 30d. Articles "
            "whose date is not known stay.",
        ),
        click.option("--with-counts", is_flag=True, help="In a list in html or js: show the views."),
    ]
)


@click.pass_context
def _run(context: click.Context, /, **values: Any) -> None:
    given = {name: values.pop(name) for name in OF_LISTS}
    if any(given.values()):
        _print_list(context.obj, given, values)
        return
    if values["format_name"] in ONLY_LISTS:
        raise UsageError(f"{values['format_name']} is a format of lists; add --top 10")
    context.invoke(REPORT, **values)


def _print_list(app: App, given: dict[str, Any], values: dict[str, Any]) -> None:
    _refuse({name: value for name, value in values.items() if name not in OF_BOTH})
    site = values["site"]
    format_name = values["format_name"]
    if format_name in embeds.LIST_FORMATS and (unfit := spreadsheet_options()):
        raise not_for_spreadsheets(unfit[0])
    request = app.request(at=values["at"], site=site)._replace(timezone=None)
    wanted = ListRequest(
        origin="",
        period=given["period"] or embeds.PERIOD,
        top=given["top"] or 10,
        untitled=given["untitled"],
        with_readings=format_name not in ("html", "rss", "js"),
        published_since=given["published_since"] or "",
    )
    listed, notes = read_most_read(request, wanted)
    listed = listed._replace(origin=app.settings.site(listed.site).origin())
    if format_name in most_read.FORMATS:
        text = most_read.FORMATS[format_name](listed, most_read.Options(given["with_counts"]))
        write_stdout(text.encode("utf-8", "backslashreplace"))
    else:
        app.print(_as_result(listed), format_name)
    if not listed.articles:
        notes = (*notes, _empty(given["untitled"]))
    app.note(notes)


def _refuse(values: dict[str, Any]) -> None:
    """Raise UsageError for an option of the report that a list does not have."""
    refused = [name for name, value in values.items() if value not in (None, False)]
    if refused:
        option = f"--{refused[0].replace('_', '-')}"
        raise UsageError(
            f"{option} is for the report; a list has --top, --period, --untitled, --published-since and "
            "--with-counts"
        )


def _empty(untitled: bool) -> str:  # noqa: FBT001 - the option as typed
    if untitled:
        return "no article was viewed in the period"
    advice = "`logstats titles` reads titles, --untitled lists all"
    return f"no article with a title was viewed in the period; {advice}"


def _as_result(listed: most_read.MostRead) -> Result:
    rows = [
        (rank, each.title, link(listed.origin, each.url), each.views, each.readings, each.change)
        for rank, each in enumerate(listed.articles, 1)
    ]
    return Result(COLUMNS, rows)


def _command() -> click.Command:
    """Return the command of the report with the options of lists after its own."""
    lists, formats = click.Command("lists"), click.Command("formats")
    LIST_OPTIONS(lists)
    options.format_option(*ONLY_LISTS, about="a list for a page")(formats)
    format_of = {param.name: param for param in formats.params if param.name == "format_name"}
    params = [format_of.get(param.name, param) for param in REPORT.params]
    own = next(index for index, param in enumerate(params) if param.name == "at")
    return click.Command(
        "articles",
        params=[*params[:own], *reversed(lists.params), *params[own:]],
        callback=_run,
        help=f"{REPORT.help} {ABOUT_LISTS}",
        short_help=REPORT.short_help,
        context_settings={**options.HELP},
    )


articles_command = _command()
