"""Collecting: a process that the scheduler starts when a watched community is due.

Apart from the workers, so that a slow site keeps no card waiting; the cards it asks for wait in a lane of their own,
behind everything that somebody waits for.
"""
