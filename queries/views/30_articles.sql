-- title: Articles
-- about: articles: each canonical address of each site, with its title where one is known.
CREATE OR REPLACE TEMP VIEW articles AS
SELECT article_id, site_id, address AS article, title
FROM store.article
