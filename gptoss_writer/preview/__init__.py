"""Pages to look at in a browser: files that stand alone and load nothing."""
