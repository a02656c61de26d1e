-- title: The first day of a week
-- about: The first day of the week of a day; the shift is 1 where weeks start on Sunday, else 0.
-- args: day, shift
CAST(date_trunc('week', {day} + {shift}) AS DATE) - {shift}
