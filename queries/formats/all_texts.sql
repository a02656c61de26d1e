-- title: Lines of a run that has met nothing
-- about: A fragment: the lines of `checked`, each with its texts. So are all of a tick's, which need not be looked up.
-- reads: checked
SELECT
    reason,
    CASE WHEN reason IS NOT NULL THEN coalesce(line, '') END AS line,
    client,
    forwarded,
    logged_at,
    status,
    bytes,
    CAST(NULL AS INTEGER) AS agent_id,
    CAST(NULL AS BOOLEAN) AS is_bot,
    agent,
    CAST(NULL AS INTEGER) AS referrer_id,
    referrer,
    CAST(NULL AS INTEGER) AS site_id,
    CAST(NULL AS INTEGER) AS page_id,
    CAST(NULL AS BOOLEAN) AS is_asset,
    CAST(NULL AS INTEGER) AS method_id,
    vhost,
    request
FROM checked
