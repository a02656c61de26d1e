-- title: An offset from UTC
-- about: How far the local time of a zone is ahead of UTC at a UTC instant.
-- args: instant, zone
{instant} AT TIME ZONE 'UTC' AT TIME ZONE {zone} - {instant}
