"""Tests of the program as its user runs it."""
