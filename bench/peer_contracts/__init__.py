"""The contracts of others, deployed on the devnet beside ours: what their nearest calls cost and leave.

They come from npm (package.json here, pinned by package-lock.json), are fetched when
`python -m bench gas_peers` is asked for, and are used by nothing else.
"""
