-- title: The local day of an instant with its zone
-- about: What fragments/local_day is in a user's own report, where the instants of views have a zone.
-- args: instant, zone
CAST({instant} AT TIME ZONE {zone} AS DATE)
