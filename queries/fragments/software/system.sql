-- title: The system of a user agent
-- about: An expression of the operating system's name by the first pattern (RE2) that the user agent matches. The remark is
-- about: the reason why a row stands where it does.
-- args: agent
CASE
    WHEN regexp_matches({agent}, 'Windows Phone|IEMobile') THEN 'Windows Phone'  -- says Windows and Android, too
    WHEN regexp_matches({agent}, 'Windows|\bWin(?:9[58x]|NT)') THEN 'Windows'
    WHEN regexp_matches({agent}, 'HarmonyOS|OpenHarmony') THEN 'HarmonyOS'  -- says Android, too
    WHEN regexp_matches({agent}, 'KAIOS/') THEN 'KaiOS'  -- of phones with keys
    WHEN regexp_matches({agent}, 'Tizen') THEN 'Tizen'  -- of Samsung's televisions; says Linux, too
    WHEN regexp_matches({agent}, 'Web0S|webOS|hpwOS') THEN 'webOS'  -- of LG's televisions; says Linux, too
    WHEN regexp_matches({agent}, 'iPhone|iPad|iPod|\biOS\b') THEN 'iOS'  -- says Mac OS X, too
    WHEN regexp_matches({agent}, 'Android|\bAdr ') THEN 'Android'  -- says Linux, too
    WHEN regexp_matches({agent}, '\bCrOS\b') THEN 'ChromeOS'
    WHEN regexp_matches({agent}, 'Mac OS X|Macintosh|Mac_PowerPC') THEN 'macOS'  -- so do iPads since 2019
    WHEN regexp_matches({agent}, 'Symbian|Series ?[346]0') THEN 'Symbian'  -- of Nokia's phones before 2012
    WHEN regexp_matches({agent}, 'Linux|X11; Ubuntu|X11; Fedora') THEN 'Linux'
    ELSE 'other'
END
