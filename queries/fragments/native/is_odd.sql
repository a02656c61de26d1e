-- title: Whether the statements are to parse a line
-- about: An expression: whether the native reader has handed a line back, or its client is one of $no_clients, of which
-- about: there may be as many as lines.
-- reads: $no_clients
(hit.is_odd = 1 OR hit.client_number IN (SELECT unnest($no_clients)))
