-- title: Lines that fit another format
-- about: Replaces the lines of chunk_line that fit another format by what was parsed with it.
-- reads: chunk_other, chunk_unfit, $other
-- makes: chunk_line
UPDATE chunk_line AS line
SET reason = parsed.reason,
    line = parsed.line,
    client = parsed.client,
    forwarded = parsed.forwarded,
    logged_at = parsed.logged_at,
    status = parsed.status,
    bytes = parsed.bytes,
    agent_id = parsed.agent_id,
    is_bot = parsed.is_bot,
    agent = parsed.agent,
    referrer_id = parsed.referrer_id,
    referrer = parsed.referrer,
    site_id = parsed.site_id,
    page_id = parsed.page_id,
    is_asset = parsed.is_asset,
    method_id = parsed.method_id,
    vhost = parsed.vhost,
    request = parsed.request
FROM chunk_other AS parsed
JOIN (
    SELECT line_row, row_number() OVER (ORDER BY line_row) - 1 AS number
    FROM chunk_unfit
    WHERE other = $other
) AS unfit ON unfit.number = parsed.rowid
WHERE line.rowid = unfit.line_row
