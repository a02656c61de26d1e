"""Figures read from the store.

runner      runs a report of queries/reports, or a user's own query
counters    the four figures of a site, and the baselines that the all-time count starts from
breakdown   the steps from all lines that were read to a figure
suspects    reports without suspects
"""
