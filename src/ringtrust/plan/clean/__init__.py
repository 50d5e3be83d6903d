"""Deletions from trust stores as a plan (S108 to S112, S136 to S168; domain.md §4).

chosen        which certificates are meant, as a person says it
leaning       who leans on what lies in the stores: what a proof goes by
steps         the order: stop what brings things back, delete, start again, restart what has read them, look again
instructions  what stands beside a step
notes         what a person should know before
build         the Plan
"""
