"""What an article was made from, and whether that still holds."""
