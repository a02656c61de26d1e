-- title: Who may have gone on reading over a turn
-- about: chunk_turn: of each client of the chunk near a turn the pseudonyms of both sides, where these differ and
-- about: both keys are there: went_by, on the later side, may have to be goes_by.
CREATE OR REPLACE TEMP TABLE chunk_turn AS
WITH pair AS (
    SELECT site_id, turns, client, least(period, period_before) AS sooner, greatest(period, period_before) AS later
    FROM chunk_client
    WHERE period_before <> period
    UNION
    SELECT site_id, turns, client, least(period, period_after), greatest(period, period_after)
    FROM chunk_client
    WHERE period_after <> period
), own AS (
    SELECT
        pair.site_id,
        pair.turns,
        pair.later AS period,
        md5(sooner.key || pair.client) AS sooner_own,
        md5(later.key || pair.client) AS own
    FROM pair
    JOIN store.pseudonym_key AS sooner
        ON sooner.site_id = pair.site_id AND sooner.turns = pair.turns AND sooner.period = pair.sooner
    JOIN store.pseudonym_key AS later
        ON later.site_id = pair.site_id AND later.turns = pair.turns AND later.period = pair.later
), named AS (
    SELECT
        own.site_id,
        own.turns,
        own.period,
        own.own,
        coalesce(sooner.goes_by, own.sooner_own) AS goes_by,
        coalesce(later.goes_by, own.own) AS went_by
    FROM own
    LEFT JOIN store.pseudonym AS sooner ON sooner.site_id = own.site_id AND sooner.own = own.sooner_own
    LEFT JOIN store.pseudonym AS later ON later.site_id = own.site_id AND later.own = own.own
)
SELECT site_id, turns, period, own, goes_by, went_by
FROM named
WHERE goes_by <> went_by
