-- title: Referrers that are new to the run
-- about: chunk_referrer: each referrer once.
-- reads: chunk_line, $identity_key
-- makes: chunk_referrer
CREATE OR REPLACE TEMP TABLE chunk_referrer AS
WITH referrer AS (
    SELECT referrer, count(*) AS times
    FROM chunk_line
    WHERE reason IS NULL AND referrer_id IS NULL
    GROUP BY referrer
)
SELECT md5_number($identity_key || referrer) AS referrer_key, referrer, times
FROM referrer
