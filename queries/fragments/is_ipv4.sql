-- title: Whether a text is an IPv4 address
-- about: An expression: four numbers up to 255 without leading zeros, and nothing else.
-- args: text
regexp_matches(
    {text},
    '^(?:(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])\.){3}'
        || '(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])$'
)
