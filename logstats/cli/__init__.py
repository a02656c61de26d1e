"""The command line: a command parses its options, calls one function and prints the result.

Data is written to stdout, everything else to stderr.

main          the group, its global options, and the module of each command
plain         the command lines of cron, parsed without click
update        what `update` does with its options; figures: what `counters` does
summary       the summary of a run that read logs, in words
context       the object that every command receives: the store's path, the settings, printing
options       options that several commands share
init          init, demo
ingest        ingest, update
counters      counters, baseline
reports       sql, report, and a command for each file of queries/reports
maintenance   verify, rebuild, undo, prune, snapshot, compact, repair, titles
explain       formats, explain

The command NAME is `NAME_command` of its module, which is imported when the command is run.
"""
