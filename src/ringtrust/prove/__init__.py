"""A Plan in, a Proof out: every interruption, every straggler, every single node lost. Pure."""
