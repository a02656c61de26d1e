-- title: The first day of a month
-- about: The first day of the month of a day.
-- args: day
CAST(date_trunc('month', {day}) AS DATE)
