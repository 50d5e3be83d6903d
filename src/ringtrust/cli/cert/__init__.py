"""`ringtrust cert`: the single acts of the seed, with guard rails."""
