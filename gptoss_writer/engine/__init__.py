"""The seam to whatever writes, and its implementations."""
