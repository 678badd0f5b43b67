"""What a drawing is measured in: pixels of screens, latents, and the training unit."""

from __future__ import annotations

PIXELS_PER_LATENT = 8
UNIT_LATENTS = 16
UNIT_PIXELS = UNIT_LATENTS * PIXELS_PER_LATENT
