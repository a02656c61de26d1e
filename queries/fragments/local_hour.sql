-- title: A local hour
-- about: The hour of the day, 0 to 23, of a UTC instant in a zone.
-- args: instant, zone
CAST(hour({instant} AT TIME ZONE 'UTC' AT TIME ZONE {zone}) AS INTEGER)
