-- title: Suspects to leave out
-- about: suspect: the visitors and UTC days that the other views leave out; a table, so that they are computed once.
-- reads: suspects
-- makes: suspect
CREATE OR REPLACE TEMP TABLE suspect AS
SELECT site_id, client, agent_id, day
FROM suspects
