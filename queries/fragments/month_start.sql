-- title: The first day of a month
-- about: The first day of the month that a day is in.
-- args: day
CAST(date_trunc('month', {day}) AS DATE)
