"""Statements of queries/, each case a folder of CSV files."""
