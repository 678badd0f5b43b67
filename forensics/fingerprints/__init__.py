"""What is kept of a picture to find it again: PDQ and pHash, shape on the torus, details."""
