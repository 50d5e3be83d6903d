"""ringtrust.toml: which clusters there are, how to reach them, and where their passwords come from.

Passwords never stand in it: a command prints them, an environment variable or the keyring of the operating system
holds them, or a person types them.

file              where it is, who may write it, what stands in it
cluster           the settings of one cluster
logins            who logs in; a password that shows itself to nobody
password_sources  where passwords come from
journal           where the journal is
fleet             many clusters at once
state             where the locks of a user are
suppressions      audit.toml: findings that somebody lives with
"""

from ringtrust.settings.cluster import (
    JOURNAL,
    KNOWN_HOSTS,
    ClusterEntry,
    ClusterSettings,
    NodeSettings,
    Port,
    refuse_unless_host,
)
from ringtrust.settings.file import FILE, Settings, find_file, read_cluster, read_clusters, read_file, read_settings
from ringtrust.settings.fleet import FleetSettings
from ringtrust.settings.journal import JournalSettings
from ringtrust.settings.logins import APPLICATION, NO_LOGIN, PLATFORM, Login, Secret, place_of
from ringtrust.settings.password_sources import KEYRING_EXTRA, database_password, password, passwords
from ringtrust.settings.state import state_folder

__all__ = [
    "APPLICATION",
    "FILE",
    "JOURNAL",
    "KEYRING_EXTRA",
    "KNOWN_HOSTS",
    "NO_LOGIN",
    "PLATFORM",
    "ClusterEntry",
    "ClusterSettings",
    "FleetSettings",
    "JournalSettings",
    "Login",
    "NodeSettings",
    "Port",
    "Secret",
    "Settings",
    "database_password",
    "find_file",
    "password",
    "passwords",
    "place_of",
    "read_cluster",
    "read_clusters",
    "read_file",
    "read_settings",
    "refuse_unless_host",
    "state_folder",
]
