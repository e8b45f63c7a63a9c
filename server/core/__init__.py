"""The domain: values in, values out. Nothing here reads a clock, a socket or the environment."""
