"""What a team does when something breaks, written down as data: models, and a library of YAML files.

Knows steps and their order. Must not know Slack, vendors, databases or how a playbook is run.
"""
