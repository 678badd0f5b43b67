"""The torus mark, org.selvage.torus.1: a keyed spread-spectrum signal on the integer frequencies of a tile."""
