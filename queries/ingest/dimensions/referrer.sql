-- title: Referrers that are new to the run
-- about: chunk_referrer: each referrer once.
-- reads: $identity_key, {referrers}
-- makes: chunk_referrer
CREATE OR REPLACE TEMP TABLE chunk_referrer AS
WITH referrer AS (
    {referrers}
)
SELECT md5_number($identity_key || referrer) AS referrer_key, referrer, times
FROM referrer
