-- title: Lines of a run that knows nothing yet
-- about: A fragment: the lines of `parsed`, each with its texts. A short run has only such lines: nothing is looked up.
SELECT
    * EXCLUDE (is_clean, fits) REPLACE (CASE WHEN reason IS NOT NULL THEN coalesce(line, '') END AS line),
    NULL::INTEGER AS agent_id,
    NULL::BOOLEAN AS is_bot,
    NULL::INTEGER AS referrer_id,
    NULL::INTEGER AS site_id,
    NULL::INTEGER AS page_id,
    NULL::BOOLEAN AS is_asset,
    NULL::INTEGER AS method_id
FROM parsed
