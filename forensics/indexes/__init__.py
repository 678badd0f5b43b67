"""Indexes of a register: exact Hamming search, shortlists by shape, and both together in memory."""
