-- title: A time in any notation
-- about: An expression of the UTC instant of a text: ISO 8601 or Apache's time, with or without brackets; or a count
-- about: of seconds, milliseconds, microseconds or nanoseconds since 1970, by its number of digits. A time without an
-- about: offset is in the zone. For other texts the result is NULL.
-- reads: $zone
CASE
    WHEN regexp_full_match({text}, '[0-9]{9,10}(?:\.[0-9]*)?')
        THEN make_timestamp(CAST(try_cast({text} AS DECIMAL(38, 9)) * 1000000 AS BIGINT))
    WHEN regexp_full_match({text}, '[0-9]{12,13}(?:\.[0-9]*)?')
        THEN make_timestamp(CAST(try_cast({text} AS DECIMAL(38, 9)) * 1000 AS BIGINT))
    WHEN regexp_full_match({text}, '[0-9]{15,16}') THEN make_timestamp(try_cast({text} AS BIGINT))
    WHEN regexp_full_match({text}, '[0-9]{18,19}') THEN make_timestamp(try_cast({text} AS BIGINT) // 1000)
    WHEN regexp_full_match({text}, '[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:]{8}(?:[.,][0-9]+)? ?(?:Z|[+-][0-9]{2}:?[0-9]{2})')
        THEN make_timestamp(epoch_us(try_cast(replace({text}, ',', '.') AS TIMESTAMPTZ)))
    WHEN regexp_full_match({text}, '[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:]{8}(?:[.,][0-9]+)?')
        THEN make_timestamp(epoch_us(try_cast(replace({text}, ',', '.') AS TIMESTAMP) AT TIME ZONE $zone))
    WHEN regexp_full_match({text}, '[0-9]{2}/[A-Za-z]{3}/[0-9]{4}[: ][0-9:]{8}')
        THEN make_timestamp(epoch_us(try_strptime(replace({text}, ' ', ':'), '%d/%b/%Y:%H:%M:%S') AT TIME ZONE $zone))
    WHEN starts_with({text}, '[')
        THEN make_timestamp(epoch_us(try_strptime({text}, '[%d/%b/%Y:%H:%M:%S %z]')))
    ELSE make_timestamp(epoch_us(try_strptime({text}, '%d/%b/%Y:%H:%M:%S %z')))
END
