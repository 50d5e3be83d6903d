"""`ringtrust apply`: carries a plan out, and tells what happens."""
