-- title: Pieces of a bucket
-- about: chunk_interval: the pieces of visits of all shards, with the text of the agent in place of its id. chunk_touched is
-- about: empty: there is no store to merge them into.
-- reads: store.site, {visits}
-- makes: chunk_interval, chunk_touched
CREATE OR REPLACE TEMP TABLE chunk_interval AS
SELECT site.site_id, piece.client, piece.agent AS agent_id, piece.first_at, piece.last_at, piece.page_views
FROM read_parquet({visits}) AS piece
JOIN store.site AS site ON site.name = piece.site;

CREATE OR REPLACE TEMP TABLE chunk_touched AS
FROM chunk_interval
LIMIT 0
