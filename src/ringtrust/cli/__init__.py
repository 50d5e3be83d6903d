"""The command line. Thin: one module a verb, imported only when that verb runs."""
