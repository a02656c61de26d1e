-- title: A chunk's referrers that the run has not met
-- about: chunk_referrer: each referring address once.
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
