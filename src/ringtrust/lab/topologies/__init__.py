"""The clusters that come with ringtrust."""
