"""How to talk to a cluster: one module an interface. Ports first."""
