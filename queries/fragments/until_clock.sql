-- title: Until the time of day of the report
-- about: A condition: in a zone, the time of day of a UTC instant is not after that of $at.
-- reads: $at
-- args: instant, zone
CAST({instant} AT TIME ZONE 'UTC' AT TIME ZONE {zone} AS TIME)
    <= CAST(CAST($at AS TIMESTAMP) AT TIME ZONE 'UTC' AT TIME ZONE {zone} AS TIME)
