-- title: Names of origins
-- about: A query of host suffixes with the name and channel of the origin; the longest suffix of a host is the one that
-- about: counts. `.*` at the end is any country's ending (com, vn, com.vn, co.jp). Apps for Android send the name of
-- about: their package as the host. The remark is the reason why a row is there.
SELECT suffix, name, channel
FROM (VALUES
    ('google.*', 'Google', 'search'),  -- each country has a host of its own
    ('com.google.android.googlequicksearchbox', 'Google', 'search'),  -- the app's search and Discover
    ('news.google.com', 'Google News', 'other'),  -- editors want it apart from search
    ('mail.google.com', 'Gmail', 'other'),  -- a link in a mail
    ('com.google.android.gm', 'Gmail', 'other'),  -- its app
    ('docs.google.com', 'Google Docs', 'other'),  -- a link in a document
    ('classroom.google.com', 'Google Classroom', 'other'),  -- schools link to announcements
    ('translate.google.*', 'Google Translate', 'other'),  -- a page that is read in another language
    ('translate.goog', 'Google Translate', 'other'),  -- the same, a subdomain for each site
    ('googleusercontent.com', 'Google', 'search'),  -- cached and translated pages
    ('gemini.google.com', 'Gemini', 'other'),  -- answers of an AI assistant are not a search result
    ('bing.*', 'Bing', 'search'),
    ('copilot.microsoft.com', 'Copilot', 'other'),  -- an AI assistant
    ('coccoc.com', 'Cốc Cốc', 'search'),  -- the search of the Vietnamese browser
    ('yahoo.*', 'Yahoo', 'search'),
    ('mail.yahoo.com', 'Yahoo Mail', 'other'),  -- a link in a mail
    ('duckduckgo.com', 'DuckDuckGo', 'search'),
    ('yandex.*', 'Yandex', 'search'),
    ('ya.ru', 'Yandex', 'search'),  -- its short host
    ('baidu.com', 'Baidu', 'search'),
    ('ecosia.org', 'Ecosia', 'search'),
    ('search.brave.com', 'Brave Search', 'search'),
    ('startpage.com', 'Startpage', 'search'),
    ('naver.com', 'Naver', 'search'),  -- of Koreans who live in Vietnam
    ('facebook.com', 'Facebook', 'social'),  -- www., m., l., lm. and web. are one
    ('fb.com', 'Facebook', 'social'),  -- its short host
    ('fb.me', 'Facebook', 'social'),  -- its links
    ('com.facebook.katana', 'Facebook', 'social'),  -- its app
    ('messenger.com', 'Messenger', 'social'),
    ('com.facebook.orca', 'Messenger', 'social'),  -- its app
    ('instagram.com', 'Instagram', 'social'),
    ('threads.net', 'Threads', 'social'),
    ('threads.com', 'Threads', 'social'),  -- its host since 2025
    ('zalo.me', 'Zalo', 'social'),  -- chat.zalo.me, oa.zalo.me and others
    ('zaloapp.com', 'Zalo', 'social'),  -- its older host
    ('com.zing.zalo', 'Zalo', 'social'),  -- its app
    ('tiktok.com', 'TikTok', 'social'),
    ('youtube.com', 'YouTube', 'social'),  -- a link below a video
    ('youtu.be', 'YouTube', 'social'),  -- its links
    ('com.google.android.youtube', 'YouTube', 'social'),  -- its app
    ('twitter.com', 'X', 'social'),
    ('t.co', 'X', 'social'),  -- each link of X goes over it
    ('x.com', 'X', 'social'),
    ('linkedin.com', 'LinkedIn', 'social'),
    ('lnkd.in', 'LinkedIn', 'social'),  -- its links
    ('pinterest.*', 'Pinterest', 'social'),
    ('reddit.com', 'Reddit', 'social'),
    ('t.me', 'Telegram', 'social'),
    ('org.telegram.messenger', 'Telegram', 'social'),  -- its app
    ('telegram.org', 'Telegram', 'social'),  -- web.telegram.org
    ('viber.com', 'Viber', 'social'),
    ('chatgpt.com', 'ChatGPT', 'other'),  -- an AI assistant
    ('openai.com', 'ChatGPT', 'other'),  -- its older host, chat.openai.com
    ('perplexity.ai', 'Perplexity', 'other'),  -- an AI assistant
    ('outlook.com', 'Outlook', 'other'),  -- a link in a mail
    ('outlook.live.com', 'Outlook', 'other'),  -- the same
    ('outlook.office.com', 'Outlook', 'other'),  -- the same, of offices
    ('gov.vn', 'gov.vn', 'site'),  -- all portals of the state are one name; --by host has each
    ('chinhphu.vn', 'gov.vn', 'site'),  -- the government's own portal and newspaper
    ('quochoi.vn', 'gov.vn', 'site'),  -- the National Assembly's
    ('vnexpress.net', 'VnExpress', 'site'),  -- the name is better known than the host
    ('wikipedia.org', 'Wikipedia', 'site')  -- all languages are one name
) AS origin(suffix, name, channel)
