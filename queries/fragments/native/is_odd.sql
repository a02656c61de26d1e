-- title: Whether the statements are to parse a line
-- about: An expression: whether the native reader has handed a line back, or its client is one of $no_clients.
-- reads: $no_clients
(hit.is_odd = 1 OR list_contains($no_clients, hit.client_number))
