-- title: Referrers the store has not met
-- about: Each new referring address once.
INSERT INTO store.referrer
SELECT
    (SELECT coalesce(max(referrer_id), 0) FROM store.referrer) + row_number() OVER (ORDER BY referrer_no),
    referrer_key,
    referrer
FROM chunk_referrer
ANTI JOIN store.referrer USING (referrer_key, referrer)
