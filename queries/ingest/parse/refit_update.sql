-- title: Lines that fit another format
-- about: What was read of them takes their place in chunk_line.
-- reads: chunk_other, chunk_unfit, $other
-- makes: chunk_line
UPDATE chunk_line AS line
SET reason = read.reason,
    line = read.line,
    client = read.client,
    forwarded = read.forwarded,
    logged_at = read.logged_at,
    status = read.status,
    bytes = read.bytes,
    agent_id = read.agent_id,
    is_bot = read.is_bot,
    agent = read.agent,
    referrer_id = read.referrer_id,
    referrer = read.referrer,
    site_id = read.site_id,
    page_id = read.page_id,
    is_asset = read.is_asset,
    method_id = read.method_id,
    vhost = read.vhost,
    request = read.request
FROM chunk_other AS read
JOIN (
    SELECT place, row_number() OVER (ORDER BY place) - 1 AS number
    FROM chunk_unfit
    WHERE other = $other
) AS unfit ON unfit.number = read.rowid
WHERE line.rowid = unfit.place
