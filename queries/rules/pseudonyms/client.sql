-- title: Clients with their periods
-- about: chunk_client: each client and minute of a hit, with the period of its key, and the periods one visit gap
-- about: earlier and later. Where these differ, a visit may span a rotation.
-- reads: store.site, $rotates, $site_ids, {chunk_hit}
-- makes: chunk_client
CREATE OR REPLACE TEMP TABLE chunk_client AS
WITH hashed AS (
    SELECT unnest($site_ids) AS site_id, unnest($rotates) AS rotates
), line AS (
    SELECT DISTINCT site_id, client, date_trunc('minute', logged_at) AS minute
    FROM ({chunk_hit}) AS hit
), timed AS (
    SELECT
        line.site_id,
        line.client,
        line.minute,
        hashed.rotates,
        list_transform(
            [
                line.minute,
                line.minute - site.visit_gap_s * INTERVAL 1 SECOND,
                line.minute + site.visit_gap_s * INTERVAL 1 SECOND + INTERVAL 1 MINUTE
            ],
            lambda instant: CAST(date_trunc(
                CASE hashed.rotates WHEN 'monthly' THEN 'month' ELSE 'day' END,
                instant AT TIME ZONE 'UTC' AT TIME ZONE site.timezone
            ) AS DATE)
        ) AS periods
    FROM line
    JOIN hashed USING (site_id)
    JOIN store.site AS site USING (site_id)
)
SELECT site_id, client, minute, rotates, periods[1] AS period, periods[2] AS period_before, periods[3] AS period_after
FROM timed
