-- title: Pages of hits
-- about: A query of the pages of the hits of `hits`. DuckDB takes the rows of a list for few, so it looks them up in the
-- about: table instead of all rows of the table in them.
-- reads: pages
-- args: hits
WITH requested AS (
    SELECT unnest(list(DISTINCT page_id)) AS page_id
    FROM {hits}
)
SELECT pages.page_id, pages.page, pages.is_asset, pages.article_id
FROM pages
SEMI JOIN requested ON requested.page_id = pages.page_id
