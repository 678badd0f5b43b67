"""The trade words of a brief, second edition: tables, attributes, and how a prompt is read."""
