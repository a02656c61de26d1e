-- title: The offset of a hit
-- about: A join that gives a UTC instant of a site its offset from UTC, as utc_offsets.utc_offset.
-- reads: utc_offsets
-- args: site_id, instant
JOIN utc_offsets
    ON utc_offsets.site_id = {site_id}
    AND utc_offsets.utc_day = CAST({instant} AS DATE)
    AND {instant} >= utc_offsets.from_at
    AND {instant} < utc_offsets.until_at
