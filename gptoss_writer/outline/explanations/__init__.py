"""What each code of a diagnostic means, why it matters, and an example of both sides."""
