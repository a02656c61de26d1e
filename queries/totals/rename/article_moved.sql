-- title: Articles of both sites
-- about: article_moved: each article of the old site that the new one has too, with the id of the latter; the others move
-- about: to the new site. Days of pruned views follow.
-- reads: store.article, {new_id}, {old_id}
-- makes: article_moved, store.article, store.page, store.pruned_article_day
CREATE OR REPLACE TEMP TABLE article_moved AS
SELECT moved.article_id AS old_article_id, stays.article_id
FROM store.article AS moved
JOIN store.article AS stays ON stays.identity_key = moved.identity_key AND stays.site_id = {new_id}
WHERE moved.site_id = {old_id};

UPDATE store.pruned_article_day AS day
SET article_id = moved.article_id
FROM article_moved AS moved
WHERE day.article_id = moved.old_article_id AND day.site_id = {old_id};

UPDATE store.page AS page
SET article_id = moved.article_id
FROM article_moved AS moved
WHERE page.article_id = moved.old_article_id AND page.site_id = {old_id};

DELETE FROM store.article
WHERE article_id IN (SELECT old_article_id FROM article_moved);

UPDATE store.article
SET site_id = {new_id}
WHERE site_id = {old_id}
