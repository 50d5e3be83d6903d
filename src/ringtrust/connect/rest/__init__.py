"""Certificate management over REST, with the login of the platform (interfaces.md §2)."""
