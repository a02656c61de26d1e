-- title: Referrers the store has not met
-- about: Each new referring address once.
INSERT INTO store.referrer
WITH met AS (
    SELECT referrer_key, referrer FROM store.referrer
    SEMI JOIN chunk_referrer USING (referrer_key, referrer)
), newcomer AS (
    SELECT referrer_key, referrer FROM chunk_referrer
    ANTI JOIN met USING (referrer_key, referrer)
)
SELECT
    (SELECT coalesce(max(referrer_id), 0) FROM store.referrer) + row_number() OVER (ORDER BY referrer),
    referrer_key,
    referrer
FROM newcomer
