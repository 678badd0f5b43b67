"""The house archive, second edition: 21 motif families in two to six separations, drawn by rule."""
