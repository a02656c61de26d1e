-- title: The countries of clients
-- about: client_country: the country of each client of a report.
-- reads: $clients, $countries
-- makes: client_country
CREATE OR REPLACE TEMP TABLE client_country AS
SELECT unnest(CAST($clients AS VARCHAR[])) AS client, unnest(CAST($countries AS VARCHAR[])) AS country
