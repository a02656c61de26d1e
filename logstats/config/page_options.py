"""What a page can have: its panels, periods and languages. `logstats.dashboard` makes them."""

LANGS = ("vi", "en")
PERIODS = ("today", "week", "7d", "month", "30d", "last_month", "12mo", "all")
DEFAULT_PERIOD = "7d"
PANELS = (
    "read",
    "heat",
    "online",
    "sections",
    "origins",
    "way",
    "tech",
    "notfound",
    "answers",
    "bots",
    "left",
    "server",
)
MOST_NOTES = 20  # of a page
NOTE_LENGTH = 200  # characters
EVERY_S = 600  # a page is for people, who look at it less often than cron runs
