"""Carries a plan out: durable, one attempt, gates, resume."""
