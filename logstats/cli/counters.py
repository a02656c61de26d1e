"""The command of the box: the four figures."""

from typing import Any

import click

from logstats.cli import options
from logstats.cli.context import App
from logstats.cli.figures import run_counters
from logstats.render import box


@click.command("counters", short_help="The box: online, today, this week, all time")
@options.all_of([options.AT, options.SITE, options.TIMEZONE, options.WITHOUT_SUSPECTS, options.LANG])
@options.format_option(*box.BOXES, about="the box itself and what pages and scripts include")
@options.all_of([options.OUTPUT, options.TEMPLATE, options.INTO, options.ALLOW_DECREASE])
@click.pass_obj
def counters_command(app: App, /, **given: Any) -> None:
    """Visits online, today, this week and in all: the box in the portal's sidebar."""
    run_counters(app, **given)
