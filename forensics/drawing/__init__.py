"""The evidence as one picture for a person."""
