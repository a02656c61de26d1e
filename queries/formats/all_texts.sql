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
    NULL::INTEGER AS agent_id,
    NULL::BOOLEAN AS is_bot,
    agent,
    NULL::INTEGER AS referrer_id,
    referrer,
    NULL::INTEGER AS site_id,
    NULL::INTEGER AS page_id,
    NULL::BOOLEAN AS is_asset,
    NULL::INTEGER AS method_id,
    vhost,
    request
FROM checked
