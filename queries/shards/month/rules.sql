-- title: The rules of a month
-- about: The rules by which the figures of a site were computed; they are the same in all keys.
-- reads: $site, {sites}
SELECT timezone, week_start, visit_gap_s, online_window_s, article_rules, classified_by,
    coalesce(json_extract_string(rules, '$.privacy'), 'full') AS privacy
FROM read_parquet({sites})
WHERE site = $site
LIMIT 1
