"""The entries as a Merkle log (RFC 6962): what of it is signed, served and proven.

The leaf of an entry is its hash, 32 bytes, and nothing else: whoever holds an entry can prove that it stands
in the log, and who only reads the log learns how many there are.
"""
