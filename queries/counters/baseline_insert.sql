-- title: A baseline
-- about: What an old counter said of a site before a day; nothing is written where it said so already.
-- reads: store.baseline, store.site, $note, $on_day, $set_at, $site, $visits
-- makes: store.baseline
INSERT INTO store.baseline
SELECT site.site_id, $on_day, $visits, $note, $set_at
FROM store.site AS site
WHERE site.name = $site
    AND NOT EXISTS (
        SELECT 1
        FROM store.baseline AS said
        WHERE said.site_id = site.site_id AND said.on_day = $on_day AND said.visits = $visits
            AND said.set_at = (
                SELECT max(later.set_at)
                FROM store.baseline AS later
                WHERE later.site_id = site.site_id AND later.on_day = $on_day
            )
    )
