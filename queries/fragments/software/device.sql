-- title: The kind of device of a user agent
-- about: An expression of the kind of device by the first pattern (RE2) that the user agent matches. The remark is the
-- about: reason why a row is there, or stands where it does.
-- args: agent
CASE
    WHEN regexp_matches({agent}, '\bTV\b|SmartTV|SMART-TV|BRAVIA|\bAFT[A-Z]|Web0S|HbbTV|GoogleTV|AppleTV|CrKey|\bBox\b')
        THEN 'TV'  -- may say Android
    WHEN regexp_matches({agent}, '(?i)playstation|xbox|nintendo') THEN 'console'  -- may say Windows
    WHEN regexp_matches({agent}, 'iPad|Tablet|\bTab\b|\bSM-[TX][0-9]|Kindle|\bKF[A-Z]{3,4}\b|Nexus (?:7|9|10)\b|PlayBook')
        THEN 'tablet'  -- may say Mobile
    WHEN regexp_matches({agent}, '\b(?:Media)?Pad\b|\b[A-Z]{3}-(?:W|AL)09\b|\bTB-?[0-9X]') THEN 'tablet'  -- likewise
    WHEN regexp_matches({agent}, 'Mobi|iPhone|iPod|Opera Mini|Windows Phone|Symbian|BlackBerry|MIDP|J2ME|KAIOS|UCWEB')
        THEN 'phone'
    WHEN regexp_matches({agent}, 'Android') THEN 'tablet'  -- phones with Android say Mobile, tablets do not
    WHEN regexp_matches({agent}, 'Windows|\bWin(?:9[58x]|NT)|Macintosh|Mac_PowerPC|Linux|X11|CrOS') THEN 'desktop'
    ELSE 'other'
END
