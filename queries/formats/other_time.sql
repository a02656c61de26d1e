-- title: A time in a rarer notation
-- about: An expression of the UTC instant of a text, NULL where there is none. The parts of a date are brought into one
-- about: order: year, month, day, or day, month's name, year; then the text is split into day, clock, fraction and
-- about: offset. Read are ISO 8601 with spaces or without punctuation, RFC 1123, RFC 850 (if its weekday fits), asctime,
-- about: Apache's and Java's, with am or pm, with Z, UTC, GMT or an offset, and with a zone's name behind the offset. A
-- about: date whose month and day are both numbers is read only if the year comes first.
-- reads: $zone, {text}
CASE
    WHEN regexp_full_match({text}, '[0-9](?:\.[0-9]+)?[eE]\+?(?:0?9|1[0-8])') THEN list_transform(
        [CAST(try_cast({text} AS DECIMAL(38, 12)) AS DECIMAL(38, 9))],
        lambda count: make_timestamp(CAST(floor(CASE
            WHEN count < 100000000000 THEN count * 1000000
            WHEN count < 100000000000000 THEN count * 1000
            WHEN count < 100000000000000000 THEN count
            ELSE count / 1000
        END) AS BIGINT))
    )[1]
    WHEN regexp_full_match({text}, '[A-Z][a-z]+day, [0-9]{2}-[A-Za-z]{3}-[0-9]{2} [0-9:]{8} GMT') THEN list_transform(
        [try_strptime({text}, '%A, %d-%b-%y %H:%M:%S GMT')],
        lambda day: CASE WHEN starts_with({text}, dayname(day)) THEN day END
    )[1]
    ELSE list_transform(
        [regexp_extract(
            regexp_replace(regexp_replace(regexp_replace(regexp_replace(
                {text},
                '^[\["'' ]*(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)(?:day|sday|nesday|rsday|urday)?,? +)?|["''\] ]+$',
                '',
                'g'
            ), '^([A-Za-z]{3,9}) +([0-9]{1,2}),? ([0-9]{4}),? ', '\2-\1-\3 '
            ), '^([A-Za-z]{3,9}) +([0-9]{1,2}) ([0-9:.,]+(?: [AP]M)?)(?: ([A-Z0-9+:-]+))? ([0-9]{4})$', '\2-\1-\5 \3 \4'
            ), '^([0-9]{4})([0-9]{2})([0-9]{2})[T ]?([0-9]{2})([0-9]{2})([0-9]{2})', '\1-\2-\3 \4:\5:\6'
            ),
            concat(
                '^([0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{1,2}[-/ ][A-Za-z]{3,9}[-/ ][0-9]{4})(?:[Tt_:]|,? +)',
                '([0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)(?:[.,]([0-9]+))? ?([AaPp][Mm])? ?',
                '([Zz]|UTC|GMT)?(?:([+-])(0?[0-9]|1[0-5])(?::?([0-5][0-9]))?)?',
                '( [A-Z]{1,5}| [+-][0-9]{2,4}| ?\[[A-Za-z0-9/_+-]*| \([^()]*\))? *$'
            ),
            ['day', 'clock', 'fraction', 'am_pm', 'utc', 'sign', 'hours', 'minutes', 'zone']
        )],
        lambda part: list_transform(
            [
                try_strptime(
                    concat(
                        translate(part.day, '/. ', '---'),
                        ' ',
                        regexp_replace(part.clock, ':60$', ':59'),  -- a leap second
                        CASE WHEN length(part.clock) < 6 THEN ':00' ELSE '' END,
                        upper(part.am_pm)
                    ),
                    [
                        '%Y-%m-%d %H:%M:%S', '%d-%b-%Y %H:%M:%S', '%d-%B-%Y %H:%M:%S',
                        '%Y-%m-%d %I:%M:%S%p', '%d-%b-%Y %I:%M:%S%p', '%d-%B-%Y %I:%M:%S%p'
                    ]
                ) + to_microseconds(CAST(rpad(left(part.fraction, 6), 6, '0') AS BIGINT))
            ],
            lambda local: CASE
                WHEN part.sign <> '' THEN local - to_minutes(
                    CAST(concat(part.sign, '1') AS BIGINT)
                    * (60 * CAST(part.hours AS BIGINT) + coalesce(try_cast(part.minutes AS BIGINT), 0))
                )
                WHEN part.utc <> '' THEN local
                WHEN part.zone = '' THEN make_timestamp(epoch_us(local AT TIME ZONE $zone))
            END  -- a zone's name alone is not its offset
        )[1]
    )[1]
END
