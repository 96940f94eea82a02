"""Reading proposals and comments that were written elsewhere."""
