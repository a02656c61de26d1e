-- title: Referrers
-- about: referrers: each referring URL, as the browser sent it, and its host in its one spelling.
-- reads: store.referrer
-- makes: referrers
CREATE OR REPLACE TEMP VIEW referrers AS
WITH written AS (
    SELECT
        referrer_id,
        referrer,
        regexp_extract(referrer, '^[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#@]*@)?([^/?#]*)', 1) AS written_host
    FROM store.referrer
)
SELECT referrer_id, referrer, {fragments/host(written_host)} AS host
FROM written
