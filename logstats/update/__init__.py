"""What cron runs.

run             new lines of every log in logstats.toml, then its counter files
counter_files   a counter file: rendered, compared, replaced in one step
"""
