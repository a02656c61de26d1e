-- title: The beginning of a local day
-- about: The UTC instant at which a day begins in a zone.
-- args: day, zone
CAST({day} AS TIMESTAMP) AT TIME ZONE {zone} AT TIME ZONE 'UTC'
