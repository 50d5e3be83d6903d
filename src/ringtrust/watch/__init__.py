"""Alarms, schedules, notifications, metrics."""
