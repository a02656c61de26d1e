"""Lists of articles for a portal's pages: the most read ones, and the views of each.

most_read   the figures of both, from the totals of days and the hits of the day
request     what is wanted of them
"""
