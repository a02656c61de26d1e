-- title: The first days to keep
-- about: prune_border: the first local day of each site whose hits are kept, and its first instant.
-- reads: $days, $instants, $site_ids
-- makes: prune_border
CREATE OR REPLACE TEMP TABLE prune_border AS
SELECT
    unnest(CAST($site_ids AS INTEGER[])) AS site_id,
    unnest(CAST($days AS DATE[])) AS day,
    unnest(CAST($instants AS TIMESTAMP[])) AS hits_from
