"""Which known mark a laid suspect carries: artwork taken away, luminance and line asked."""
