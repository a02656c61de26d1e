-- title: The browser of a user agent
-- about: An expression of the browser's name by the first pattern (RE2) that the user agent matches. Apps that show pages
-- about: come before the engine that they show them with, and browsers that call themselves Chrome before Chrome. The
-- about: remark is the reason why a row is there, or stands where it does.
-- args: agent
CASE
    WHEN regexp_matches({agent}, 'Zalo[ /]') THEN 'Zalo'  -- the most used messenger of Vietnam
    WHEN regexp_matches({agent}, 'FBAN/(?:Messenger|Orca)|Orca-Android|MessengerForiOS|FB_IAB/(?:Orca|MESSENGER)')
        THEN 'Messenger'  -- has FBAV, too
    WHEN regexp_matches({agent}, '\bInstagram ') THEN 'Instagram'  -- may have FBAN, too
    WHEN regexp_matches({agent}, 'FBAN/|FBAV/|FB_IAB/|\[FB') THEN 'Facebook'
    WHEN regexp_matches({agent}, 'musical_ly|BytedanceWebview|TikTok|\btrill_') THEN 'TikTok'
    WHEN regexp_matches({agent}, '\bViber\b') THEN 'Viber'
    WHEN regexp_matches({agent}, '\bLine/') THEN 'LINE'
    WHEN regexp_matches({agent}, 'MicroMessenger/') THEN 'WeChat'
    WHEN regexp_matches({agent}, '\bGSA/') THEN 'Google app'  -- its search and Discover on iOS
    WHEN regexp_matches({agent}, '(?i)coc_coc_browser|coccoc') THEN 'Cốc Cốc'
    WHEN regexp_matches({agent}, 'SamsungBrowser/') THEN 'Samsung Internet'
    WHEN regexp_matches({agent}, 'MiuiBrowser/|XiaoMi/') THEN 'Mi Browser'
    WHEN regexp_matches({agent}, 'VivoBrowser/') THEN 'vivo Browser'
    WHEN regexp_matches({agent}, 'HeyTapBrowser/|OppoBrowser/') THEN 'OPPO Browser'
    WHEN regexp_matches({agent}, 'HuaweiBrowser/|ArkWeb/') THEN 'Huawei Browser'
    WHEN regexp_matches({agent}, '\bUC ?Browser|UCWEB|\bUBrowser/|\bUCMini/') THEN 'UC Browser'
    WHEN regexp_matches({agent}, 'QQBrowser') THEN 'QQ Browser'
    WHEN regexp_matches({agent}, 'YaBrowser/|YaApp_|YaSearch') THEN 'Yandex Browser'
    WHEN regexp_matches({agent}, 'DuckDuckGo/|\bDdg/') THEN 'DuckDuckGo'
    WHEN regexp_matches({agent}, 'Opera Mini|OPiOS/') THEN 'Opera Mini'  -- a proxy of Opera loads the pages
    WHEN regexp_matches({agent}, '\bOPR/|\bOPT/|\bOPX/|\bOPRGX/|\bOpera\b') THEN 'Opera'
    WHEN regexp_matches({agent}, 'Vivaldi/') THEN 'Vivaldi'
    WHEN regexp_matches({agent}, '\bWhale/|NAVER\(') THEN 'Whale'
    WHEN regexp_matches({agent}, '\bSilk/') THEN 'Silk'  -- of Amazon's tablets
    WHEN regexp_matches({agent}, 'Puffin/') THEN 'Puffin'
    WHEN regexp_matches({agent}, '\bEdg(?:e|A|iOS)?/') THEN 'Edge'
    WHEN regexp_matches({agent}, 'SeaMonkey/|PaleMoon/|Waterfox/') THEN 'other'  -- relatives of Firefox that say Firefox
    WHEN regexp_matches({agent}, 'FxiOS/|\bFocus/|\bKlar/|Firefox/|Fennec/') THEN 'Firefox'
    WHEN regexp_matches({agent}, 'MSIE |Trident/|IEMobile') THEN 'Internet Explorer'
    WHEN regexp_matches({agent}, 'CriOS/|CrMo/') THEN 'Chrome'  -- on iOS
    WHEN regexp_matches({agent}, 'Chromium/|HeadlessChrome/') THEN 'Chromium'
    WHEN regexp_matches({agent}, '; wv\)|Version/4\.0 Chrome/') THEN 'Android app'  -- the web view of an app without a name
    WHEN regexp_matches({agent}, 'Chrome/') THEN 'Chrome'
    WHEN regexp_matches({agent}, 'Android.*Version/.*Safari/|Android.*AppleWebKit/') THEN 'Android Browser'  -- before 2014
    WHEN regexp_matches({agent}, '(?:iPhone|iPad|iPod|Macintosh).*\bSafari/') THEN 'Safari'
    WHEN regexp_matches({agent}, '(?:iPhone|iPad|iPod).*AppleWebKit/') THEN 'iOS app'  -- likewise
    ELSE 'other'
END
