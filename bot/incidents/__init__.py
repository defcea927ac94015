"""Incidents: playbooks played with people, from the opening to the report.

Moves are pure; whoever leads does the rest.
"""
