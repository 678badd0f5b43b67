"""Where a registered tile lies in a suspect: candidates, guesses, alignment, unfolding."""
