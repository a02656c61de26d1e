-- title: The settings of a site, kept with it
-- about: A site has the settings that logstats.toml had for it when a run last read that file, for runs without it.
-- rules are these settings as JSON, also those of all sites, such as [bots]; rules_from is the path of the file, '' where
-- there was none. For a site of an older store they are what it was computed by, and how its clients are stored.
ALTER TABLE store.site ADD COLUMN rules VARCHAR DEFAULT '{}';
ALTER TABLE store.site ADD COLUMN rules_from VARCHAR DEFAULT '';

UPDATE store.site AS site
SET rules = CAST(json_object(
    'is_listed', false,
    'timezone', site.timezone,
    'week_start', site.week_start,
    'visit_gap_s', site.visit_gap_s,
    'online_window_s', site.online_window_s,
    'internal', coalesce(json_extract(site.classified_by, '$.internal'), CAST('["127.0.0.0/8", "::1/128"]' AS JSON)),
    'articles', coalesce(json_extract(nullif(site.article_rules, ''), '$[0]'), CAST('[]' AS JSON)),
    'aliases', coalesce(json_extract(nullif(site.article_rules, ''), '$[1]'), CAST('[]' AS JSON)),
    'fold_case', coalesce(json_extract(nullif(site.article_rules, ''), '$[2]'), CAST('false' AS JSON)),
    'privacy', coalesce(form.privacy, 'full'),
    'hash_key', coalesce(form.hash_key, 'daily'),
    'assets', coalesce(json_extract(site.classified_by, '$.assets'), CAST('[]' AS JSON)),
    'bots', coalesce(json_extract(site.classified_by, '$."[bots]"'), CAST('[[], []]' AS JSON))
) AS VARCHAR)
FROM (
    WITH client AS (
        SELECT DISTINCT site_id, client FROM store.hit
        UNION
        SELECT site_id, client FROM store.pruned_visit
    ), stored AS (
        SELECT
            site_id,
            bool_or(regexp_full_match(client, '[0-9a-f]{32}')) AS is_hashed,
            count(*) FILTER (WHERE regexp_full_match(client, '[0-9.]+|.*:.*|\*.*')) AS shortable,
            count(*) FILTER (WHERE regexp_full_match(client, '[0-9.]+[.]0|.*::|\*.*')) AS shortened
        FROM client
        GROUP BY site_id
    ), key AS (
        SELECT site_id, max_by(rotates, until_at) AS rotates
        FROM store.pseudonym_key
        GROUP BY site_id
    )
    SELECT
        site.site_id,
        key.rotates AS hash_key,
        CASE
            WHEN stored.is_hashed OR key.site_id IS NOT NULL THEN 'hash'
            WHEN stored.shortable > 0 AND stored.shortable = stored.shortened THEN 'truncate'
        END AS privacy
    FROM store.site AS site
    LEFT JOIN stored ON stored.site_id = site.site_id
    LEFT JOIN key ON key.site_id = site.site_id
) AS form
WHERE form.site_id = site.site_id;

-- A site that became part of another one, or whose lines were all moved to another one, for the way back. source_ids are
-- its logs, and ingest_ids its runs over logs whose lines name it. titles are its own ones, replaced_titles those of the
-- other site that they replaced. A site that only got another name has one too; is_whole: it was nothing but this site.
CREATE TABLE store.former_site (
    name VARCHAR NOT NULL,
    became VARCHAR NOT NULL,
    moved_at TIMESTAMP NOT NULL,
    is_whole BOOLEAN NOT NULL,
    timezone VARCHAR NOT NULL,
    week_start VARCHAR NOT NULL,
    visit_gap_s INTEGER NOT NULL,
    online_window_s INTEGER NOT NULL,
    article_rules VARCHAR NOT NULL,
    classified_by VARCHAR NOT NULL,
    rules VARCHAR NOT NULL,
    rules_from VARCHAR NOT NULL,
    source_ids INTEGER[] NOT NULL,
    ingest_ids INTEGER[] NOT NULL,
    titles STRUCT(url VARCHAR, title VARCHAR, given BIGINT)[] NOT NULL,
    replaced_titles STRUCT(url VARCHAR, title VARCHAR, given BIGINT)[] NOT NULL,
    baselines STRUCT(on_day DATE, visits BIGINT, note VARCHAR, set_at TIMESTAMP)[] NOT NULL
);
