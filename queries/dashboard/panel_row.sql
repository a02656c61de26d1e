-- title: The rows of a panel
-- about: panel_row: for each row of a report on a day of the page, the labels of its row of the cube, the number of these
-- about: in the order of their texts, the number of the day, the figures that add up, and texts that describe the row.
-- reads: report_row, $first_day, $last_number, {clock}, {figures}, {labels}, {label_texts}, {texts}
-- makes: panel_row
CREATE OR REPLACE TEMP TABLE panel_row AS
WITH numbered AS (
    SELECT label_texts, row_number() OVER (ORDER BY label_texts) AS label_number
    FROM (SELECT DISTINCT [{label_texts}] AS label_texts FROM report_row)
), kept AS NOT MATERIALIZED (
    SELECT
        [{labels}] AS labels,
        [{label_texts}] AS label_texts,
        date_diff('day', CAST($first_day AS DATE), day) AS day_number,
        CAST([{figures}] AS BIGINT[]) AS figures,
        CAST([{texts}] AS VARCHAR[]) AS texts,
        CAST({clock} AS BIGINT) AS by_clock
    FROM report_row
)
SELECT kept.labels, numbered.label_number, kept.day_number, kept.figures, kept.texts, kept.by_clock
FROM kept
JOIN numbered ON numbered.label_texts = kept.label_texts
WHERE kept.day_number BETWEEN 0 AND $last_number
