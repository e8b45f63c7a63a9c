"""One file a command: what it takes, and a few lines over the parts. Heavy imports happen when a command runs."""
