-- title: A pruning
-- about: Inserts one row for each site that loses hits.
-- reads: chunk_counted, prune_border, $import_id, $pruned_at
-- makes: store.pruned
INSERT INTO store.pruned
SELECT border.site_id, $pruned_at, border.day, border.hits_from, count(*), max(hit.logged_at), $import_id
FROM chunk_counted AS hit
JOIN prune_border AS border ON border.site_id = hit.site_id
GROUP BY border.site_id, border.day, border.hits_from
ORDER BY border.site_id
