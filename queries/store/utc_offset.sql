-- title: Offsets of a zone
-- about: A list: for each of $instants, in order, the seconds to add to UTC for the clock of $zone.
-- reads: $instants, $zone
-- columns: seconds
SELECT
    [
        date_diff('second', instant, instant AT TIME ZONE 'UTC' AT TIME ZONE $zone)
        FOR instant IN CAST($instants AS TIMESTAMP[])
    ] AS seconds
