-- title: A local day
-- about: The day of a UTC instant in a zone.
-- args: instant, zone
CAST({instant} AT TIME ZONE 'UTC' AT TIME ZONE {zone} AS DATE)
