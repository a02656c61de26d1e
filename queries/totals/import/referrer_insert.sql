-- title: Referrers of an import
-- about: Inserts the referrers of imported hits that the store does not have yet.
-- reads: import_hit, store.referrer, $identity_key
-- makes: store.referrer
INSERT INTO store.referrer
WITH given AS (
    SELECT DISTINCT referrer FROM import_hit
), keyed AS (
    SELECT md5_number($identity_key || referrer) AS referrer_key, referrer FROM given
), new AS (
    SELECT referrer_key, referrer FROM keyed
    ANTI JOIN store.referrer AS known USING (referrer_key)
)
SELECT
    (SELECT coalesce(max(referrer_id), 0) FROM store.referrer) + row_number() OVER (ORDER BY referrer_key),
    referrer_key,
    referrer
FROM new
