"""What each source's messages mean, one module a source: a message in, events of ours out."""
