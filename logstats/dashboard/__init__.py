"""The page: a site's figures as one HTML file that needs no network, for people who look at them.

build     the pages of a request, as bytes
figures   the reports of a page, run in one session, as figures by day
panels    the reports that become cubes, and what of their rows
cubes     rows with their figures by day
periods   the days of a page, its ready periods, and the periods before them
cards     the cards of a page with their tables: what they show, under which names
tables    the rows of the tables for the period that a page opens with
words     texts, numbers and dates in a language (texts.toml)
page      the template filled: report.html.j2 with report.css and report.js
"""
