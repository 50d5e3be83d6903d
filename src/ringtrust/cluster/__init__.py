"""The nouns of a cluster: releases, units, stores, services, nodes, certificates, phones, snapshots. Values only."""
