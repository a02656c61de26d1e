-- title: Hits before the border
-- about: They are forgotten; what must be remembered of them is.
-- reads: prune_border
-- makes: store.hit
DELETE FROM store.hit AS hit
USING prune_border AS border
WHERE border.site_id = hit.site_id AND hit.logged_at < border.hits_from
