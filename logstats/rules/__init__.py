"""What a hit is: who is a person, what is a page, which URLs are one article, what is stored of a client.

ruleset      all rules of logstats.toml as parameters and expressions of statements
bots         user agents that are no person's browser
articles     a site's rules for what is one article, as SQL
client_ips   internal networks, trusted proxies, and what is kept of an IP address
pseudonyms   clients as keyed hashes, whose key rotates
drift        rules that have changed since the stored figures were made
explain      each step of a classification, for one URL or agent
"""
