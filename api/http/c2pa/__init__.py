"""The C2PA Soft Binding Resolution API 2.4: finding the manifest of a picture that lost it."""
