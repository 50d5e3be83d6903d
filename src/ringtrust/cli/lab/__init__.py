"""`ringtrust lab`: a living cluster with phones, on loopback."""
