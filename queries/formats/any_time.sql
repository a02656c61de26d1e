-- title: A time in any notation
-- about: An expression of the UTC instant of a text: ISO 8601 or Apache's time, a count of seconds, milliseconds,
-- about: microseconds or nanoseconds since 1970, by its number of digits, or any notation of formats/other_time. A
-- about: time without an offset is in the zone. For other texts the result is NULL. Digits after the microseconds are
-- about: cut off.
-- reads: $zone, {text}
CASE
    WHEN regexp_full_match({text}, '[0-9]{9,10}(?:[.,][0-9]*)?')
        THEN make_timestamp(CAST(floor(try_cast(replace({text}, ',', '.') AS DECIMAL(38, 9)) * 1000000) AS BIGINT))
    WHEN regexp_full_match({text}, '[0-9]{12,13}(?:[.,][0-9]*)?')
        THEN make_timestamp(CAST(floor(try_cast(replace({text}, ',', '.') AS DECIMAL(38, 9)) * 1000) AS BIGINT))
    WHEN regexp_full_match({text}, '[0-9]{15,16}(?:[.,][0-9]*)?')
        THEN make_timestamp(try_cast(regexp_extract({text}, '^[0-9]+') AS BIGINT))
    WHEN regexp_full_match({text}, '[0-9]{18,19}(?:[.,][0-9]*)?')
        THEN make_timestamp(try_cast(regexp_extract({text}, '^[0-9]+') AS BIGINT) // 1000)
    WHEN regexp_full_match(
        {text},
        concat(
            '[0-9]{4}-[0-9]{2}-[0-9]{2}[T ](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:[.,][0-9]+)?',
            '(?:Z|[+-](?:0[0-9]|1[0-5])(?::?[0-5][0-9])?)'
        )
    ) THEN make_timestamp(epoch_us(try_cast(replace({text}, ',', '.') AS TIMESTAMPTZ)))
    WHEN regexp_full_match(
        {text}, '[0-9]{4}-[0-9]{2}-[0-9]{2}[T ](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:[.,][0-9]+)?'
    ) THEN make_timestamp(epoch_us(try_cast(replace({text}, ',', '.') AS TIMESTAMP) AT TIME ZONE $zone))
    WHEN regexp_full_match(
        {text}, '\[?[0-9]{2}/[A-Za-z]{3}/[0-9]{4}:[0-9:]{8} [+-](?:0[0-9]|1[0-5])[0-5][0-9]\]?'
    ) THEN make_timestamp(epoch_us(try_strptime(replace(trim({text}, '[]'), ':60 ', ':59 '), '%d/%b/%Y:%H:%M:%S %z')))
    ELSE {formats/other_time}
END
