-- title: New sites
-- about: Inserts sites; each of $rows has a site's columns, with the rules by which its figures will be computed.
-- reads: store.site, $rows
-- makes: store.site
INSERT INTO store.site BY NAME
SELECT
    (SELECT coalesce(max(site_id), 0) FROM store.site) + row_number() OVER (ORDER BY new.name) AS site_id,
    new.*
FROM (SELECT unnest($rows) AS new)
