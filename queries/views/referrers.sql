-- title: Referring addresses
-- about: referrers: each address that a visitor came from, as his browser told it, and its host.
-- reads: store.referrer
-- makes: referrers
CREATE OR REPLACE TEMP VIEW referrers AS
SELECT
    referrer_id,
    referrer,
    lower(regexp_extract(referrer, '^[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#@]*@)?(\[[^\]]*\]|[^/?#:]*)', 1)) AS host
FROM store.referrer
