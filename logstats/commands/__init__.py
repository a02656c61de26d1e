"""The commands: parse, call one function, print. stdout is data, everything else is stderr.

starting    a logstats.toml that fits the machine, a look at a made-up portal
ingesting   logs read: those that somebody names, and what cron does each minute
counting    the box, and what all time starts from
reporting   one report for each file of queries/reports, one's own, any query
keeping     a store looked through, mended, taken back, pruned, copied; titles
explaining  formats, judgements, figures

The command NAME is `NAME_command` of its room. A room is imported when one of its commands is asked for;
cli.py lists them.
"""
