-- title: Seconds of an hour in a span
-- about: How many seconds of the hour that begins at an instant lie between two instants.
-- args: hour_at, from_at, until_at
epoch(least({until_at}, {hour_at} + INTERVAL 1 HOUR) - greatest({from_at}, {hour_at}))
