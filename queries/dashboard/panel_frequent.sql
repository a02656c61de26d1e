-- title: The most frequent rows of a panel
-- about: The rows by day of those labels that are among the most frequent ones in a period: its first day, its last day,
-- about: and how many labels are wanted. Labels with the same figures are in the order of their texts. Without periods
-- about: all rows are given.
-- reads: panel_row, $depths, $firsts, $lasts
WITH period AS (
    SELECT
        unnest(CAST($firsts AS INTEGER[])) AS first_day,
        unnest(CAST($lasts AS INTEGER[])) AS last_day,
        unnest(CAST($depths AS INTEGER[])) AS depth
), counted AS (
    SELECT label_number, day_number, sum(figures[1]) AS first_figure, sum(coalesce(figures[2], 0)) AS second_figure
    FROM panel_row
    GROUP BY label_number, day_number
), summed AS (
    SELECT
        period.first_day, period.last_day, period.depth, counted.label_number,
        sum(counted.first_figure) AS first_figure, sum(counted.second_figure) AS second_figure
    FROM counted
    JOIN period ON counted.day_number BETWEEN period.first_day AND period.last_day
    GROUP BY period.first_day, period.last_day, period.depth, counted.label_number
), ranked AS (
    SELECT
        label_number,
        depth,
        row_number() OVER (
            PARTITION BY first_day, last_day, depth
            ORDER BY first_figure DESC, second_figure DESC, label_number
        ) AS rank
    FROM summed
    WHERE first_figure > 0 OR second_figure > 0
), frequent AS (
    SELECT DISTINCT label_number
    FROM ranked
    WHERE rank <= depth
)
SELECT labels, day_number, figures, texts, by_clock
FROM panel_row
WHERE len($depths) = 0 OR label_number IN (SELECT label_number FROM frequent)
ORDER BY day_number, figures DESC, label_number
