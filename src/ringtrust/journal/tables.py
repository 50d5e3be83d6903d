"""The tables of a journal. Nothing in `entry` is ever changed: what is done to a cluster is one chain of entries.

cluster  its chain so far, and who holds its lease
run      plans that were begun
entry    what was meant, done, seen, decided and heard, in its order, each bound to the one before by its hash
blob     the bytes of sessions, by their SHA-256
job      what is to be done to one of many clusters, and what came of it
worker   who is there to do it, and until when that counts
"""

from typing import Final

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, MetaData, String, Table, UniqueConstraint

METADATA: Final = MetaData()
VERSION: Final = 3
_NAME: Final = 400
_HASH: Final = 64
_INSTANT: Final = 40

CLUSTER: Final = Table(
    "cluster",
    METADATA,
    Column("name", String(_NAME), primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("head", String(_HASH), nullable=False),
    Column("token", Integer, nullable=False),
    Column("holder", LargeBinary, nullable=False),
    Column("until", String(_INSTANT), nullable=False),
)
RUN: Final = Table(
    "run",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("cluster", String(_NAME), ForeignKey("cluster.name"), nullable=False, index=True),
    Column("plan_digest", String(_HASH), nullable=False),
    Column("plan", LargeBinary, nullable=False),
    Column("began", String(_INSTANT), nullable=False),
    Column("by", String(_NAME), nullable=False),
)
ENTRY: Final = Table(
    "entry",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("cluster", String(_NAME), ForeignKey("cluster.name"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("run", Integer, ForeignKey("run.id"), nullable=True),
    Column("kind", String(20), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("at", String(_INSTANT), nullable=False),
    Column("by", String(_NAME), nullable=False),
    Column("hash", String(_HASH), nullable=False),
    UniqueConstraint("cluster", "seq"),
    Index("entry_of_run", "run", "kind"),
)
BLOB: Final = Table(
    "blob",
    METADATA,
    Column("sha256", String(_HASH), primary_key=True),
    Column("data", LargeBinary, nullable=False),
)
JOB: Final = Table(
    "job",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("batch", String(40), nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    Column("name", String(_NAME), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("by", String(_NAME), nullable=False),
    Column("worker", String(_NAME), nullable=False),
    Column("began", String(_INSTANT), nullable=False),
    Column("ended", String(_INSTANT), nullable=False),
    Column("run", Integer, nullable=False),
    Column("status", Integer, nullable=False),
    Column("told", LargeBinary, nullable=False),
    Column("result", LargeBinary, nullable=False),
)
WORKER: Final = Table(
    "worker",
    METADATA,
    Column("name", String(_NAME), primary_key=True),
    Column("who", String(_NAME), nullable=False),
    Column("until", String(_INSTANT), nullable=False),
)
SCHEMA: Final = Table(
    "schema_version",
    METADATA,
    Column("version", Integer, primary_key=True),
    Column("journal", String(40), nullable=False),
)
