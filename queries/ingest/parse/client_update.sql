-- title: Clients in one spelling
-- about: Replaces what the log wrote ($written, with $forwarded) by the client; without one, the line is a reject for
-- about: the reason, and the client stays as written.
-- reads: $clients, $forwarded, $reasons, $written, {table}
-- makes: {table}
UPDATE {table} AS line
SET client = coalesce(odd.client, line.client), reason = odd.reason
FROM (
    SELECT
        unnest($written) AS written,
        unnest($forwarded) AS forwarded,
        unnest($clients) AS client,
        unnest($reasons) AS reason
) AS odd
WHERE line.reason IS NULL AND line.client = odd.written AND line.forwarded = odd.forwarded
