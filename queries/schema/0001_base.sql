-- title: The store
-- about: Every table. Instants are UTC TIMESTAMP; ids are dense integers, given under the write lock.
-- identity_key makes the hashes by which a log is known again, and those by which an address is found, of
-- no use outside this store: nobody can make two that are told apart by them have the same.
CREATE TABLE store.setting (
    name VARCHAR NOT NULL,
    value VARCHAR NOT NULL
);

-- A site is one portal. Its rules are kept with it, so that figures never mix two rules. article_rules are
-- those of its own for what is one article, '' where it has none; classified_by is by what hits count, as JSON.
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

-- A source is one log's content, whatever names it had; position counts decompressed bytes, size is how
-- many there were when it was last read, half says that a line was taken without its newline. head_hashes,
-- tail_hash and blocks are hashes by which the log is known again; header are the header lines in force at the
-- position; machine is the one that wrote it.
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

-- A file and what became of it: it needs no further look while its stat is the same and the source that
-- it belongs to stands at position or beyond.
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

-- A log that was gone before it was read to its end: of size bytes, position were read.
CREATE TABLE store.gap (
    source_id INTEGER NOT NULL,
    path VARCHAR NOT NULL,
    position BIGINT NOT NULL,
    size BIGINT NOT NULL,
    noticed_at TIMESTAMP NOT NULL
);

-- One run over one source. From path on, what a row says of the source is as the run left it: undoing the
-- run after it needs that.
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

-- bot_reason says why an agent is no person's browser; NULL is a person. list_version is that of the list
-- of bots by which it was judged.
CREATE TABLE store.agent (
    agent_id INTEGER NOT NULL,
    agent VARCHAR NOT NULL,
    bot_reason VARCHAR,
    bot_class VARCHAR,
    bot_name VARCHAR,
    list_version VARCHAR NOT NULL
);

-- identity distinguishes articles: the canonical URL or, by a rule of the site, a key. url is the one that the
-- article is shown by, NULL where that is its identity; section NULL is the first part of it.
-- is_article: a rule says so.
CREATE TABLE store.article (
    article_id INTEGER NOT NULL,
    site_id INTEGER NOT NULL,
    identity_key UHUGEINT NOT NULL,
    identity VARCHAR NOT NULL USING COMPRESSION zstd,
    url VARCHAR USING COMPRESSION zstd,
    section VARCHAR,
    is_article BOOLEAN NOT NULL
);

-- A title is an address's, as it was given, without its host; identity_key is the article that it is by the
-- rules of the site, whether it was read by now or not. Of an article with several titles the one that was
-- given last is meant: given goes up with each.
CREATE TABLE store.title (
    site_id INTEGER NOT NULL,
    url VARCHAR NOT NULL,
    identity_key UHUGEINT NOT NULL,
    title VARCHAR NOT NULL,
    given BIGINT NOT NULL
);

-- A page is a request's target as logged; many pages are one article. An address is known by its key, a
-- hash of 128 bits made with identity_key, which no two of any number of addresses share: the texts of
-- millions, spread over all of the table, would have to be unpacked to compare them. They are kept with
-- zstd: two thirds smaller than what DuckDB would choose, and quicker to write.
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

-- '' is the method of what was logged as a request and is none. GET, the method of page views, is 1.
CREATE TABLE store.method (
    method_id INTEGER NOT NULL,
    method VARCHAR NOT NULL
);

INSERT INTO store.method VALUES (1, 'GET');

-- hit_class is 'page view', or the first reason why a hit is none.
CREATE TYPE store.hit_class AS ENUM ('page view', 'bot', 'internal', 'asset', 'method', 'status');

-- client is what is kept of an address: all of it, its network, or a pseudonym.
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

-- What an old counter said before the site's local day on_day; the newest row on or before a day
-- holds for it.
CREATE TABLE store.baseline (
    site_id INTEGER NOT NULL,
    on_day DATE NOT NULL,
    visits BIGINT NOT NULL,
    note VARCHAR,
    set_at TIMESTAMP NOT NULL
);

-- What pruning has forgotten, so that no figure moves and each can still be recomputed: a figure is that
-- of the kept hits and what stands here. The tables that follow may say several things of one day.
-- Of each site and pruning: hits_from is the first instant of day, whose hits are the oldest kept ones;
-- logged_until is the newest of the forgotten ones.
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

-- The forgotten page views as the visits that they are on their own. A visit in store.visit is those
-- that are at most the visit gap from each other and from the page views that are kept.
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

-- The keys of sites that keep pseudonyms, of a site's local day or month, until they are forgotten. An address's
-- own pseudonym is a hash of 128 bits that begins with the key of the period.
CREATE TABLE store.pseudonym_key (
    site_id INTEGER NOT NULL,
    rotates VARCHAR NOT NULL,
    period DATE NOT NULL,
    key VARCHAR NOT NULL,
    until_at TIMESTAMP NOT NULL,
    made_at TIMESTAMP NOT NULL
);

-- Who reads on over a turn goes by the pseudonym of before instead of his own of the period.
CREATE TABLE store.pseudonym (
    site_id INTEGER NOT NULL,
    rotates VARCHAR NOT NULL,
    period DATE NOT NULL,
    own VARCHAR NOT NULL,
    alias VARCHAR NOT NULL
);
