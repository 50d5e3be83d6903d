"""The console. Thin: the same functions serve it and the command line."""
