"""gpt-oss's wire format: messages in, segments and channels out."""
