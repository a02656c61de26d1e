-- title: Clients near a rotation
-- about: chunk_rotation: the pseudonyms in both periods of each client of the chunk near a rotation, where they differ
-- about: and both keys are still stored. alias_before is the pseudonym of the later period, which alias may replace.
-- reads: chunk_client, store.pseudonym, store.pseudonym_key
-- makes: chunk_rotation
CREATE OR REPLACE TEMP TABLE chunk_rotation AS
WITH pair AS (
    SELECT site_id, rotates, client, least(period, period_before) AS earlier, greatest(period, period_before) AS later
    FROM chunk_client
    WHERE period_before <> period
    UNION
    SELECT site_id, rotates, client, least(period, period_after), greatest(period, period_after)
    FROM chunk_client
    WHERE period_after <> period
), own AS (
    SELECT
        pair.site_id,
        pair.rotates,
        pair.later AS period,
        md5(earlier.key || pair.client) AS earlier_own,
        md5(later.key || pair.client) AS own
    FROM pair
    JOIN store.pseudonym_key AS earlier
        ON earlier.site_id = pair.site_id AND earlier.rotates = pair.rotates AND earlier.period = pair.earlier
    JOIN store.pseudonym_key AS later
        ON later.site_id = pair.site_id AND later.rotates = pair.rotates AND later.period = pair.later
), named AS (
    SELECT
        own.site_id,
        own.rotates,
        own.period,
        own.own,
        coalesce(earlier.alias, own.earlier_own) AS alias,
        coalesce(later.alias, own.own) AS alias_before
    FROM own
    LEFT JOIN store.pseudonym AS earlier ON earlier.site_id = own.site_id AND earlier.own = own.earlier_own
    LEFT JOIN store.pseudonym AS later ON later.site_id = own.site_id AND later.own = own.own
)
SELECT site_id, rotates, period, own, alias, alias_before
FROM named
WHERE alias <> alias_before
