"""Figures out of the store.

runner      a report of queries/reports, or a query of the user's own
counters    the four figures of a site, and the baselines that they start from
breakdown   the parts that a figure is the sum of
suspects    reports without suspects
"""
