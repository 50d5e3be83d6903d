"""The tables of a journal. `intent` is written before an act, `outcome` after it; an intent alone means: look."""

from typing import Final

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, MetaData, String, Table

METADATA: Final = MetaData()
VERSION: Final = 2

RUN: Final = Table(
    "run",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("cluster", String(200), nullable=False, index=True),
    Column("plan_digest", String(64), nullable=False),
    Column("plan", LargeBinary, nullable=False),
    Column("began", String(40), nullable=False),
    Column("ended", String(40), nullable=True),
    Column("ending", String(40), nullable=True),
)
INTENT: Final = Table(
    "intent",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("run", Integer, ForeignKey("run.id"), nullable=False, index=True),
    Column("step", Integer, nullable=False),
    Column("act", LargeBinary, nullable=False),
    Column("before", String(400), nullable=False),
    Column("at", String(40), nullable=False),
)
OUTCOME: Final = Table(
    "outcome",
    METADATA,
    Column("intent", Integer, ForeignKey("intent.id"), primary_key=True),
    Column("result", LargeBinary, nullable=False),
    Column("at", String(40), nullable=False),
)
GATE: Final = Table(
    "gate",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("run", Integer, ForeignKey("run.id"), nullable=False, index=True),
    Column("step", Integer, nullable=False),
    Column("moment", String(10), nullable=False),
    Column("condition", LargeBinary, nullable=False),
    Column("verdict", LargeBinary, nullable=False),
    Column("at", String(40), nullable=False),
)
SCHEMA: Final = Table("schema_version", METADATA, Column("version", Integer, primary_key=True))
