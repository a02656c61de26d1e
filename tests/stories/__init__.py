"""Tests of what happens to logs, stores and machines, by stories."""
