"""What survives on disk. The only writer of the workspace."""
