"""The public benchmark: can a registered tile be recognised in what the trade makes of it?

`python -m bench.repeat_forensics --help`. Tiles and attacks are drawn from seeds; nothing is downloaded.
"""
