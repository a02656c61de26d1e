"""A result as bytes.

writers        a table in each output format
box            the counter box: text, HTML, JSON, JavaScript, or a template
html_markers   the figures inside an existing HTML file
"""
