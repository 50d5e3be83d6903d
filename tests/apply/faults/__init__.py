"""Random plans under random faults, played in virtual time by the code that carries plans out."""
