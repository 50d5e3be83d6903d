"""The certificates of a lab: how they are made (pki), and how CUCM writes them down (text)."""
