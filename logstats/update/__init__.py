"""The command `update`, which cron runs.

idle            whether there is nothing to do, decided without the store
run             reads new lines of every log in logstats.toml, then writes its counter files
counter_files   renders a counter file, compares it with the old one, and replaces that in one step
page_files      writes the pages that are due, where something has changed
"""
