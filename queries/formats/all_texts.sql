-- title: Lines with all texts
-- about: A query of the lines of `checked`, each with its texts. It is used for the first chunk of a run, when no text
-- about: is known.
-- reads: checked
SELECT
    * EXCLUDE (is_clean, fits) REPLACE (CASE WHEN reason IS NOT NULL THEN coalesce(line, '') END AS line),
    CAST(NULL AS INTEGER) AS agent_id,
    CAST(NULL AS BOOLEAN) AS is_bot,
    CAST(NULL AS INTEGER) AS referrer_id,
    CAST(NULL AS INTEGER) AS site_id,
    CAST(NULL AS INTEGER) AS page_id,
    CAST(NULL AS BOOLEAN) AS is_asset,
    CAST(NULL AS INTEGER) AS method_id
FROM checked
