-- title: The rows of a panel's cube by day
-- about: Of more than $limit rows of the cube, those that are among the most frequent ones in a period: its first day, its
-- about: last day, and how many are wanted. Those are kept first that are at the top of a period of which more are wanted,
-- about: then those at the top of another one. Rows with the same figures are in the order of their texts. Without a limit
-- about: all rows are given. There is a row for each day and each description.
-- reads: panel_row, $depths, $firsts, $lasts, $limit
WITH period AS (
    SELECT
        unnest(range(len($firsts))) AS period_number,
        unnest(CAST($firsts AS INTEGER[])) AS first_day,
        unnest(CAST($lasts AS INTEGER[])) AS last_day,
        unnest(CAST($depths AS INTEGER[])) AS depth
), counted AS (
    SELECT label_number, day_number, sum(figures[1]) AS first_figure, sum(coalesce(figures[2], 0)) AS second_figure
    FROM panel_row
    WHERE $limit IS NOT NULL
    GROUP BY label_number, day_number
), summed AS (
    SELECT
        period.period_number, period.depth, counted.label_number,
        sum(counted.first_figure) AS first_figure, sum(counted.second_figure) AS second_figure
    FROM counted
    JOIN period ON counted.day_number BETWEEN period.first_day AND period.last_day
    GROUP BY period.period_number, period.depth, counted.label_number
), ranked AS (
    SELECT
        label_number,
        period_number,
        depth,
        row_number() OVER (
            PARTITION BY period_number
            ORDER BY first_figure DESC, second_figure DESC, label_number
        ) AS rank
    FROM summed
    WHERE first_figure > 0 OR second_figure > 0
), kept AS (
    SELECT label_number
    FROM ranked
    WHERE rank <= depth
    GROUP BY label_number
    ORDER BY min([-depth, rank, period_number])
    LIMIT $limit
)
SELECT
    any_value(labels) AS labels,
    day_number,
    [CAST(sum(figures[1]) AS BIGINT), CAST(sum(figures[2]) AS BIGINT)][:any_value(len(figures))] AS figures,
    texts,
    CAST(sum(by_clock) AS BIGINT) AS by_clock
FROM panel_row
WHERE $limit IS NULL OR label_number IN (SELECT label_number FROM kept)
GROUP BY label_number, day_number, texts
ORDER BY label_number, day_number, texts
