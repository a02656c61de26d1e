-- title: A new baseline
-- about: Inserts the count of an old counter for a site up to a day, unless the newest one of that day is the same.
-- reads: store.baseline, store.site, $note, $on_day, $set_at, $site, $visits
-- makes: store.baseline
INSERT INTO store.baseline
SELECT site.site_id, $on_day, $visits, $note, $set_at
FROM store.site AS site
WHERE site.name = $site
    AND NOT EXISTS (
        SELECT 1
        FROM store.baseline AS stored
        WHERE stored.site_id = site.site_id AND stored.on_day = $on_day AND stored.visits = $visits
            AND stored.set_at = (
                SELECT max(later.set_at)
                FROM store.baseline AS later
                WHERE later.site_id = site.site_id AND later.on_day = $on_day
            )
    )
