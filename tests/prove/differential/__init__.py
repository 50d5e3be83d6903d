"""The lab and the proof against each other: the same night on real keys in memory, and in the model."""
