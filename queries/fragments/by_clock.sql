-- title: Until the time of day of the report
-- about: Whether an instant is on its local day not later than the report's time is on its own.
-- reads: $at
-- args: instant, zone
CAST({instant} AT TIME ZONE 'UTC' AT TIME ZONE {zone} AS TIME)
    <= CAST(CAST($at AS TIMESTAMP) AT TIME ZONE 'UTC' AT TIME ZONE {zone} AS TIME)
