-- title: A chunk's distinct referrers
-- about: chunk_referrer: each referring address once, numbered within the chunk.
CREATE OR REPLACE TEMP TABLE chunk_referrer AS
SELECT
    row_number() OVER () AS referrer_no,
    (md5_number_lower(referrer) >> 1)::BIGINT AS referrer_key,
    referrer
FROM (SELECT DISTINCT referrer FROM chunk_line WHERE reason IS NULL)
