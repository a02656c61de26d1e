"""Figures out of the store.

runner      a report of queries/reports, or a query of the user's own
counters    the four figures of a site, and the baselines that all time starts from
breakdown   the steps from all lines that were read to a figure
suspects    reports without suspects
"""
