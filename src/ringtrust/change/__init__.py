"""The nouns of a change. Values only, frozen, with a versioned JSON form.

finding   what an audit says
act       what is done to a cluster: one command, one click, one thing that a person does
gate      what must be so before or after an act, and for how long it may take
plan      steps in their order, sealed with a digest
fingerprint what of a cluster a plan leans on, to be compared before its first act
window    when a cluster may be changed
outcome   what became of an act, and of a gate
rehearsal what became of a plan on its twin
"""
