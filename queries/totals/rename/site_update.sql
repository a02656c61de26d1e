-- title: A site's name
-- about: Gives a site another name.
-- reads: $new, $old
-- makes: store.site
UPDATE store.site
SET name = $new
WHERE name = $old
