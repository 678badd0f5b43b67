"""Trains the embedded generator from nothing but the house archive; `python -m generator.training -h`."""
