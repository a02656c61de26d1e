-- title: Sites of a run
-- about: Inserts the sites of all shards, with the rules by which visits are merged.
-- reads: {sites}
-- makes: store.site
INSERT INTO store.site BY NAME
SELECT
    CAST(row_number() OVER (ORDER BY site) AS INTEGER) AS site_id,
    site AS name,
    any_value(timezone) AS timezone,
    any_value(week_start) AS week_start,
    any_value(visit_gap_s) AS visit_gap_s,
    any_value(online_window_s) AS online_window_s,
    any_value(article_rules) AS article_rules,
    any_value(classified_by) AS classified_by
FROM read_parquet({sites})
GROUP BY site
