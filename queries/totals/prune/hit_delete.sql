-- title: Hits before the border
-- about: Deletes the hits of days that are pruned.
-- reads: prune_border
-- makes: store.hit
DELETE FROM store.hit AS hit
USING prune_border AS border
WHERE border.site_id = hit.site_id AND hit.logged_at < border.hits_from
