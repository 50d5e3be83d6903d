"""`ringtrust cluster`: makes clusters known, and tries whether they can be reached."""
