-- title: An instant with its zone
-- about: A stored instant, which is in UTC, as TIMESTAMPTZ. DuckDB makes it of the number of its microseconds, in a
-- about: tenth of the time of AT TIME ZONE.
-- args: instant
make_timestamptz(epoch_us({instant}))
