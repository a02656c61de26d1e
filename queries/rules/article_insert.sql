-- title: New articles
-- about: chunk_article_known: the identity of each new page that is not an asset, with the id of its article; new
-- about: articles are inserted. An article is shown by the plainest of its URLs: preferably one without a query, then
-- about: the shortest, then the first in alphabetical order. The order of the lines has no effect.
-- reads: chunk_url, store.article
-- makes: chunk_article, chunk_article_known, chunk_article_new, store.article
CREATE OR REPLACE TEMP TABLE chunk_article AS
SELECT
    site_id,
    identity_key,
    identity,
    bool_or(is_article) AS is_article,
    arg_min({url: url, section: section}, (contains(url, '?'), strlen(url), url)) AS shortest
FROM chunk_url
WHERE NOT is_asset
GROUP BY site_id, identity_key, identity;

CREATE OR REPLACE TEMP TABLE chunk_article_known AS
SELECT article_id, site_id, identity_key
FROM store.article
SEMI JOIN chunk_article USING (identity_key, site_id);

CREATE OR REPLACE TEMP TABLE chunk_article_new AS
SELECT
    (SELECT coalesce(max(article_id), 0) FROM store.article)
        + row_number() OVER (ORDER BY site_id, identity_key) AS article_id,
    chunk_article.*
FROM chunk_article
ANTI JOIN chunk_article_known USING (identity_key, site_id);

INSERT INTO store.article
SELECT
    article_id,
    site_id,
    identity_key,
    identity,
    nullif(shortest.url, identity),
    shortest.section,
    is_article
FROM chunk_article_new;

INSERT INTO chunk_article_known
SELECT article_id, site_id, identity_key FROM chunk_article_new
