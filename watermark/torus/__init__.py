"""The torus mark, org.selvage.torus.2: a keyed signal on the integer frequencies of a tile."""
