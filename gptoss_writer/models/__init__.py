"""Model files: which are known, where they are, what they are, and how one is downloaded."""
