"""Tests of what holds for any log: properties against an oracle, random histories."""
