-- title: A former site
-- about: Stores what is needed to take back that a site got another name, or became part of another site.
-- reads: store.baseline, store.hit, store.ingest, store.site, store.source, store.title, $at, $is_whole, $new, $old
-- makes: store.former_site
INSERT INTO store.former_site BY NAME
SELECT
    site.name,
    $new AS became,
    $at AS moved_at,
    $is_whole AS is_whole,
    site.timezone,
    site.week_start,
    site.visit_gap_s,
    site.online_window_s,
    site.article_rules,
    site.classified_by,
    site.rules,
    site.rules_from,
    coalesce((SELECT list(source_id) FROM store.source WHERE site = $old), []) AS source_ids,
    coalesce((
        SELECT list(DISTINCT hit.ingest_id)
        FROM store.hit AS hit
        JOIN store.ingest AS ingest ON ingest.ingest_id = hit.ingest_id
        JOIN store.source AS source ON source.source_id = ingest.source_id AND source.site IS DISTINCT FROM $old
        WHERE hit.site_id = (SELECT site_id FROM store.site WHERE name = $old)  -- site.site_id would join all hits
    ), []) AS ingest_ids,
    coalesce((
        SELECT list({url: url, title: title, given: given, published: published})
        FROM store.title
        WHERE site_id = site.site_id
    ), []) AS titles,
    coalesce((
        SELECT list({url: title.url, title: title.title, given: title.given, published: title.published})
        FROM store.title AS title
        JOIN store.site AS other ON other.site_id = title.site_id AND other.name = $new
        JOIN store.title AS later
            ON later.site_id = site.site_id AND later.url = title.url AND later.given > title.given
    ), []) AS replaced_titles,
    coalesce((
        SELECT list({on_day: on_day, visits: visits, note: note, set_at: set_at})
        FROM store.baseline
        WHERE site_id = site.site_id
    ), []) AS baselines
FROM store.site AS site
WHERE site.name = $old
