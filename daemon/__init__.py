"""The composition root: steps, loop, command line, demo, doctor."""
