-- title: A suspect's hit
-- about: A condition that joins a hit with the suspect who made it, on that UTC day.
suspect.site_id = hit.site_id
    AND suspect.client = hit.client
    AND suspect.agent_id = hit.agent_id
    AND suspect.day = CAST(hit.logged_at AS DATE)
