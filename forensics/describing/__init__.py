"""What was done to a tile where it was found: place, repeat, size, colours."""
