"""What the model is told: templates, the context a section sees, rendered messages."""
