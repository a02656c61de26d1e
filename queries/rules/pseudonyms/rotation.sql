-- title: Who may have gone on reading over a turn
-- about: chunk_rotation: of each client of the chunk near a turn the pseudonyms of both sides, where these differ and
-- about: both keys are there: alias_before, on the later side, may have to be alias.
-- reads: chunk_client, store.pseudonym, store.pseudonym_key
-- makes: chunk_rotation
CREATE OR REPLACE TEMP TABLE chunk_rotation AS
WITH pair AS (
    SELECT site_id, rotates, client, least(period, period_before) AS sooner, greatest(period, period_before) AS later
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
        md5(sooner.key || pair.client) AS sooner_own,
        md5(later.key || pair.client) AS own
    FROM pair
    JOIN store.pseudonym_key AS sooner
        ON sooner.site_id = pair.site_id AND sooner.rotates = pair.rotates AND sooner.period = pair.sooner
    JOIN store.pseudonym_key AS later
        ON later.site_id = pair.site_id AND later.rotates = pair.rotates AND later.period = pair.later
), named AS (
    SELECT
        own.site_id,
        own.rotates,
        own.period,
        own.own,
        coalesce(sooner.alias, own.sooner_own) AS alias,
        coalesce(later.alias, own.own) AS alias_before
    FROM own
    LEFT JOIN store.pseudonym AS sooner ON sooner.site_id = own.site_id AND sooner.own = own.sooner_own
    LEFT JOIN store.pseudonym AS later ON later.site_id = own.site_id AND later.own = own.own
)
SELECT site_id, rotates, period, own, alias, alias_before
FROM named
WHERE alias <> alias_before
