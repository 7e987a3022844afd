"""The conductor: from an outline and a workspace to accepted sections."""
