"""The torus mark, org.selvage.torus.1: a keyed signal on the integer frequencies of a tile."""
