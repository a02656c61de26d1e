-- title: The store
-- about: Every table. Instants are UTC TIMESTAMP; ids are dense integers, assigned under the write lock.
-- identity_key is the key of the hashes that identify logs and URLs, so that they are useless outside this store,
-- and nobody can construct two logs or URLs with the same hash.
CREATE TABLE store.setting (
    name VARCHAR NOT NULL,
    value VARCHAR NOT NULL
);

-- A site is one portal. Its rules are stored with it, so that figures never mix different rules. article_rules are
-- its article rules, '' where it has none; classified_by: the settings that classify hits, as JSON.
CREATE TABLE store.site (
    site_id INTEGER NOT NULL,
    name VARCHAR NOT NULL,
    timezone VARCHAR NOT NULL,
    week_start VARCHAR NOT NULL,
    visit_gap_s INTEGER NOT NULL,
    online_window_s INTEGER NOT NULL,
    article_rules VARCHAR NOT NULL,
    classified_by VARCHAR NOT NULL,
    logged_until TIMESTAMP
);

-- A source is the content of one log, under any names. position counts decompressed bytes; size is their number
-- when the log was last read; ends_mid_line: its last line was read without a newline. head_hashes, tail_hash and
-- block_hashes identify the log; header has the header lines in force at the position; machine is the machine that
-- wrote the log.
CREATE TABLE store.source (
    source_id INTEGER NOT NULL,
    path VARCHAR NOT NULL,
    machine VARCHAR NOT NULL,
    site VARCHAR,
    format VARCHAR NOT NULL,
    head_hashes BIGINT[] NOT NULL,
    tail_hash BIGINT NOT NULL,
    block_hashes BIGINT[] NOT NULL,
    position BIGINT NOT NULL,
    size BIGINT NOT NULL,
    ends_mid_line BOOLEAN NOT NULL,
    header VARCHAR NOT NULL,
    lines BIGINT NOT NULL,
    hits BIGINT NOT NULL,
    rejects BIGINT NOT NULL,
    complete BOOLEAN NOT NULL,
    first_read TIMESTAMP NOT NULL,
    last_read TIMESTAMP NOT NULL
);

-- A file that was read or skipped. It is skipped while its stat is the same and its source is at this position or
-- after it.
CREATE TABLE store.seen (
    path VARCHAR NOT NULL,
    device UBIGINT NOT NULL,
    inode UBIGINT NOT NULL,
    size BIGINT NOT NULL,
    mtime_ns BIGINT NOT NULL,
    ctime_ns BIGINT NOT NULL,
    state VARCHAR NOT NULL,
    source_id INTEGER,
    position BIGINT NOT NULL,
    note VARCHAR NOT NULL,
    seen_at TIMESTAMP NOT NULL
);

-- A log that was lost before it was read to its end: of its size bytes, position bytes were read.
CREATE TABLE store.gap (
    source_id INTEGER NOT NULL,
    path VARCHAR NOT NULL,
    position BIGINT NOT NULL,
    size BIGINT NOT NULL,
    noticed_at TIMESTAMP NOT NULL
);

-- One run over one source. From path on, the columns are the state of the source after the run, which an undo of
-- the next run restores.
CREATE TABLE store.ingest (
    ingest_id INTEGER NOT NULL,
    source_id INTEGER NOT NULL,
    started_at TIMESTAMP NOT NULL,
    from_position BIGINT NOT NULL,
    to_position BIGINT NOT NULL,
    lines BIGINT NOT NULL,
    hits BIGINT NOT NULL,
    rejects BIGINT NOT NULL,
    path VARCHAR NOT NULL,
    head_hashes BIGINT[] NOT NULL,
    tail_hash BIGINT NOT NULL,
    size BIGINT NOT NULL,
    ends_mid_line BOOLEAN NOT NULL,
    header VARCHAR NOT NULL,
    complete BOOLEAN NOT NULL,
    read_at TIMESTAMP NOT NULL
);

CREATE TABLE store.reject (
    ingest_id INTEGER NOT NULL,
    source_id INTEGER NOT NULL,
    line_number BIGINT NOT NULL,
    reason VARCHAR NOT NULL,
    line VARCHAR NOT NULL
);

-- bot_reason is the reason why an agent is a bot, NULL for a person's browser. list_version is the version of the
-- bot list that classified it.
CREATE TABLE store.agent (
    agent_id INTEGER NOT NULL,
    agent VARCHAR NOT NULL,
    bot_reason VARCHAR,
    bot_class VARCHAR,
    bot_name VARCHAR,
    list_version VARCHAR NOT NULL
);

-- identity distinguishes articles: the canonical URL or, by a rule of the site, a key. url is the URL by which the
-- article is shown, NULL where that is its identity; section is NULL where it is the first part of that URL.
-- is_article: a rule of the site matches.
CREATE TABLE store.article (
    article_id INTEGER NOT NULL,
    site_id INTEGER NOT NULL,
    identity_key UHUGEINT NOT NULL,
    identity VARCHAR NOT NULL USING COMPRESSION zstd,
    url VARCHAR USING COMPRESSION zstd,
    section VARCHAR,
    is_article BOOLEAN NOT NULL
);

-- A title is stored by URL, without the host; identity_key is that of the article of the URL by the rules of the
-- site, which may have no view yet. Of several titles of an article the one with the largest given is used.
CREATE TABLE store.title (
    site_id INTEGER NOT NULL,
    url VARCHAR NOT NULL,
    identity_key UHUGEINT NOT NULL,
    title VARCHAR NOT NULL,
    given BIGINT NOT NULL
);

-- A page is a request's target as logged; several pages may be one article. A target is looked up by its key, a
-- hash of 128 bits made with identity_key: a comparison of texts would have to decompress millions of them, spread
-- over the whole table. zstd makes them two thirds smaller than DuckDB's choice, and is quicker to write.
CREATE TABLE store.page (
    page_id INTEGER NOT NULL,
    site_id INTEGER NOT NULL,
    target_key UHUGEINT NOT NULL,
    target VARCHAR NOT NULL USING COMPRESSION zstd,
    is_asset BOOLEAN NOT NULL,
    article_id INTEGER
);

CREATE TABLE store.referrer (
    referrer_id INTEGER NOT NULL,
    referrer_key UHUGEINT NOT NULL,
    referrer VARCHAR NOT NULL USING COMPRESSION zstd
);

-- '' is the method of a request line that is not a request. GET, the method of page views, has the id 1.
CREATE TABLE store.method (
    method_id INTEGER NOT NULL,
    method VARCHAR NOT NULL
);

INSERT INTO store.method VALUES (1, 'GET');

-- hit_class is 'page view', or the first reason why a hit is not a page view.
CREATE TYPE store.hit_class AS ENUM ('page view', 'bot', 'internal', 'asset', 'method', 'status');

-- client is the client IP, its network or a pseudonym, according to the site's privacy.
CREATE TABLE store.hit (
    ingest_id INTEGER NOT NULL,
    site_id INTEGER NOT NULL,
    logged_at TIMESTAMP NOT NULL,
    client VARCHAR NOT NULL,
    agent_id INTEGER NOT NULL,
    page_id INTEGER NOT NULL,
    referrer_id INTEGER NOT NULL,
    method_id INTEGER NOT NULL,
    status SMALLINT NOT NULL,
    bytes BIGINT,
    hit_class store.hit_class NOT NULL
);

-- day is the site's local day of first_at.
CREATE TABLE store.visit (
    site_id INTEGER NOT NULL,
    client VARCHAR NOT NULL,
    agent_id INTEGER NOT NULL,
    first_at TIMESTAMP NOT NULL,
    last_at TIMESTAMP NOT NULL,
    day DATE NOT NULL,
    page_views INTEGER NOT NULL
);

CREATE TABLE store.day_total (
    site_id INTEGER NOT NULL,
    day DATE NOT NULL,
    hits BIGINT NOT NULL,
    bot_hits BIGINT NOT NULL,
    page_views BIGINT NOT NULL,
    visits BIGINT NOT NULL
);

CREATE TABLE store.article_day (
    site_id INTEGER NOT NULL,
    day DATE NOT NULL,
    article_id INTEGER NOT NULL,
    views BIGINT NOT NULL
);

-- The count of an old counter before the site's local day on_day; the newest row on or before a day
-- applies to it.
CREATE TABLE store.baseline (
    site_id INTEGER NOT NULL,
    on_day DATE NOT NULL,
    visits BIGINT NOT NULL,
    note VARCHAR,
    set_at TIMESTAMP NOT NULL
);

-- The rows that are kept of pruned hits, so that no figure changes and each can be recomputed: a figure is that of
-- the kept hits plus these rows. The tables that follow may have several rows of one day.
-- One row for each site and pruning: hits_from is the first instant of day, the first day whose hits are kept;
-- logged_until is the time of the newest pruned hit.
CREATE TABLE store.pruned (
    site_id INTEGER NOT NULL,
    pruned_at TIMESTAMP NOT NULL,
    day DATE NOT NULL,
    hits_from TIMESTAMP NOT NULL,
    hits BIGINT NOT NULL,
    logged_until TIMESTAMP NOT NULL
);

CREATE TABLE store.pruned_ingest (
    ingest_id INTEGER NOT NULL,
    hits BIGINT NOT NULL,
    rejects BIGINT NOT NULL
);

-- The visits of the pruned page views alone. They are part of a visit of store.visit, which joins those that are at
-- most the visit gap apart from each other and from the kept page views.
CREATE TABLE store.pruned_visit (
    site_id INTEGER NOT NULL,
    client VARCHAR NOT NULL,
    agent_id INTEGER NOT NULL,
    first_at TIMESTAMP NOT NULL,
    last_at TIMESTAMP NOT NULL,
    page_views INTEGER NOT NULL
);

CREATE TABLE store.pruned_day (
    site_id INTEGER NOT NULL,
    day DATE NOT NULL,
    hits BIGINT NOT NULL,
    bot_hits BIGINT NOT NULL,
    page_views BIGINT NOT NULL
);

CREATE TABLE store.pruned_article_day (
    site_id INTEGER NOT NULL,
    day DATE NOT NULL,
    article_id INTEGER NOT NULL,
    views BIGINT NOT NULL
);

-- The keys of sites that store pseudonyms, each for a local day or month, until they expire. A client's own
-- pseudonym is a hash of 128 bits of the key of the period and the client IP.
CREATE TABLE store.pseudonym_key (
    site_id INTEGER NOT NULL,
    rotates VARCHAR NOT NULL,
    period DATE NOT NULL,
    key VARCHAR NOT NULL,
    until_at TIMESTAMP NOT NULL,
    made_at TIMESTAMP NOT NULL
);

-- A visitor whose visit spans a rotation keeps the earlier pseudonym, the alias, instead of that of the new period.
CREATE TABLE store.pseudonym (
    site_id INTEGER NOT NULL,
    rotates VARCHAR NOT NULL,
    period DATE NOT NULL,
    own VARCHAR NOT NULL,
    alias VARCHAR NOT NULL
);
