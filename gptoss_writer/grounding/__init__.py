"""Is it supported: what an article says, held against the outline it was written from."""
