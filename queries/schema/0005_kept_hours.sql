-- title: Times of day that are kept of pruned hits; how long answers took
-- about: hit.duration_ms is how long the answer to a request took, NULL where its line does not say.
ALTER TABLE store.hit ADD COLUMN duration_ms BIGINT;

-- The page views of a local hour that are pruned, so that reports by hour include pruned days. An hour that the clock
-- shows twice is one. A day that was pruned by an older logstats has no row. The tables that follow may have several
-- rows of one hour or instant.
CREATE TABLE store.pruned_hour (
    site_id INTEGER NOT NULL,
    day DATE NOT NULL,
    hour TINYINT NOT NULL,
    page_views BIGINT NOT NULL
);

-- How many visitors were online at an instant of a pruned day, every ten minutes, by the pruned page views alone.
CREATE TABLE store.pruned_online (
    site_id INTEGER NOT NULL,
    step_at TIMESTAMP NOT NULL,
    online BIGINT NOT NULL
);
