-- title: Until when hits are forgotten
-- about: prune_border: of each site the first local day whose hits are kept, and its first instant.
-- reads: $days, $instants, $site_ids
-- makes: prune_border
CREATE OR REPLACE TEMP TABLE prune_border AS
SELECT unnest($site_ids) AS site_id, unnest($days) AS day, unnest($instants) AS hits_from
