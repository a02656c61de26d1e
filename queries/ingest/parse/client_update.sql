-- title: Clients in one spelling
-- about: Replaces what the log wrote, $written with $forwarded, by the client.
-- reads: $clients, $forwarded, $written, {table}
-- makes: {table}
UPDATE {table} AS line
SET client = odd.client
FROM (
    SELECT unnest($written) AS written, unnest($forwarded) AS forwarded, unnest($clients) AS client
) AS odd
WHERE line.reason IS NULL AND line.client = odd.written AND line.forwarded IS NOT DISTINCT FROM odd.forwarded
