"""One module per subject. Each endpoint checks who asks, calls one use case and shows one view."""
