"""Tables, lease, intents and outcomes; written by apply, read by cli, web and watch."""
