"""The rules that classify hits: bots, pages and articles, and how clients are stored.

ruleset      all rules of logstats.toml as parameters and expressions of statements
bots         the patterns that classify user agents as bots
articles     a site's article rules, as SQL
client_ips   internal networks, trusted proxies, and the stored form of a client IP
pseudonyms   clients stored as keyed hashes, and the rotation of their keys
drift        rules that have changed since the stored figures were computed
explain      each step of a classification, for one URL or agent
"""
