"""Whether a cluster can be worked with: every interface of every node tried, harmlessly, side by side and bounded.

cluster  the trial: what is asked first, what side by side, and what is not asked any more
probes   what an interface is tried with; another one is a row there and the function that asks it
tried    how it went
lacking  what cannot be done without those that do not work
"""
