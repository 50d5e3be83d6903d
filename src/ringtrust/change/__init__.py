"""The nouns of a change: findings, steps, gates, plans, proofs, outcomes, with their versioned JSON. Values only."""
