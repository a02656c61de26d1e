"""Tests of what reports and counters say."""
