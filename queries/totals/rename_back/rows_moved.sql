-- title: Rows of a former site
-- about: Gives a former site its titles and baselines back, and the other site the titles that they had replaced. The
-- about: articles of the titles are found afterwards.
-- reads: former_baseline, former_title, store.title, {new_id}, {old_id}
-- makes: store.baseline, store.title
DELETE FROM store.title
WHERE site_id = {new_id}
    AND (url, title, given) IN (SELECT (url, title, given) FROM former_title WHERE is_own);

INSERT INTO store.title BY NAME
SELECT CASE WHEN is_own THEN {old_id} ELSE {new_id} END AS site_id, url, 0 AS identity_key, title, given, published
FROM former_title
WHERE is_own OR url NOT IN (SELECT url FROM store.title WHERE site_id = {new_id});

DELETE FROM store.baseline
WHERE site_id = {new_id}
    AND (on_day, visits, set_at) IN (SELECT (on_day, visits, set_at) FROM former_baseline);

INSERT INTO store.baseline BY NAME
SELECT {old_id} AS site_id, on_day, visits, note, set_at
FROM former_baseline
