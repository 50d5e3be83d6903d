"""Tells the story."""
