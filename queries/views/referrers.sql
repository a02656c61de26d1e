-- title: Referrers
-- about: referrers: each referring URL, as the browser sent it, and its host.
-- reads: store.referrer
-- makes: referrers
CREATE OR REPLACE TEMP VIEW referrers AS
SELECT
    referrer_id,
    referrer,
    lower(regexp_extract(referrer, '^[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#@]*@)?(\[[^\]]*\]|[^/?#:]*)', 1)) AS host
FROM store.referrer
