-- title: Rows of the old site
-- about: Gives hits, pruned sums, titles and baselines of the old site to the new one, and deletes the old site. Of two
-- about: titles of one URL the later one stays, with the date of the other if it has none, and of two baselines of one
-- about: day.
-- reads: store.title, {new_id}, {old_id}
-- makes: store.baseline, store.hit, store.pruned, store.pruned_article_day, store.pruned_day, store.pruned_hour,
-- makes: store.pruned_online, store.pruned_visit, store.site, store.title
UPDATE store.hit SET site_id = {new_id} WHERE site_id = {old_id};

UPDATE store.pruned SET site_id = {new_id} WHERE site_id = {old_id};

UPDATE store.pruned_visit SET site_id = {new_id} WHERE site_id = {old_id};

UPDATE store.pruned_day SET site_id = {new_id} WHERE site_id = {old_id};

UPDATE store.pruned_article_day SET site_id = {new_id} WHERE site_id = {old_id};

UPDATE store.pruned_hour SET site_id = {new_id} WHERE site_id = {old_id};

UPDATE store.pruned_online SET site_id = {new_id} WHERE site_id = {old_id};

UPDATE store.title SET site_id = {new_id} WHERE site_id = {old_id};

UPDATE store.title AS title
SET published = earlier.published
FROM store.title AS earlier
WHERE title.site_id = {new_id} AND earlier.site_id = {new_id} AND earlier.url = title.url AND earlier.given < title.given
    AND title.published IS NULL;

DELETE FROM store.title AS title
USING store.title AS later
WHERE title.site_id = {new_id} AND later.site_id = {new_id} AND later.url = title.url AND later.given > title.given;

UPDATE store.baseline SET site_id = {new_id} WHERE site_id = {old_id};

DELETE FROM store.site WHERE site_id = {old_id}
