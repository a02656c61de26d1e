-- title: The reason of an agent
-- about: An expression over an agent and the first group of patterns that matches it: the first reason why it is a bot,
-- about: NULL for a person's, or 'form' where its names decide. Most browsers have the usual form, which is quicker to
-- about: match. The unknown agent is no bot.
-- reads: $any_name, $browser, $compatible, $engine, $excepted, $form, $old_browser, $usual_form, {reasons}
CASE
    WHEN agent = {fragments/unknown_agent} THEN NULL
    WHEN agent = '' THEN 'empty'
    WHEN regexp_matches(agent, $excepted) THEN NULL
    WHEN group_index IS NOT NULL THEN {reasons}[group_index]
    WHEN regexp_matches(agent, $compatible) AND NOT regexp_matches(agent, $old_browser) THEN 'compatible'
    WHEN NOT regexp_matches(agent, $browser) THEN 'not-a-browser'
    WHEN regexp_matches(agent, $usual_form) THEN NULL
    WHEN regexp_matches(agent, $any_name) THEN NULL
    WHEN regexp_matches(agent, $form) THEN 'form'
    WHEN regexp_matches(agent, $engine) THEN 'unknown-name'
    ELSE 'no-engine'
END
