"""A rehearsal for people says how it ended, what took how long, and what became of every phone."""

import re
from datetime import UTC, datetime

from lxml import etree
from msgspec.structs import replace

from ringtrust.change.rehearsal import (
    FORMAT,
    Counts,
    GateWait,
    Mustered,
    Rehearsal,
    Sample,
    StepRun,
    Stop,
    Wave,
)
from ringtrust.report.rehearsals import rehearsal_lines, verdict
from ringtrust.report.rehearsals_page import rehearsal_page

NOW = datetime(2026, 6, 2, 20, tzinfo=UTC)
FOUND = Rehearsal(
    format=FORMAT,
    cluster="campus",
    version="10.5.2.10000-5",
    goal="all",
    plan="ab" * 32,
    made=NOW,
    began=NOW,
    played_by="11.5.1.16900-16",
    differences=("10.5.2.10000-5 is played by 11.5.1.16900-16.",),
    on_the_wire=False,
    faults=("ssh@step:2",),
    finished=True,
    seconds=7200.0,
    least=60,
    most=180,
    applies=2,
    stops=(Stop(60.0, 2, "regenerate TVS on pub: The line was cut.", "called apply again, which looks first"),),
    steps=(
        StepRun(1, "backup", "take a backup", 0.0, 5.0, 0, "", ()),
        StepRun(
            2,
            "TVS",
            "regenerate TVS on pub",
            5.0,
            1805.0,
            2,
            "Done.",
            (GateWait("G-SYNC", "everywhere", 9.0, "passed"),),
        ),
    ),
    waves=(Wave(1900.0, 95.0, 2, 1200),),
    samples=(
        Sample(0.0, Counts(1200, 0, 0, 0, 0)),
        Sample(1900.0, Counts(0, 1200, 0, 0, 0)),
        Sample(1995.0, Counts(1199, 0, 0, 0, 1)),
    ),
    muster=(Mustered("group A", 1000, 1000, 1000, 0, 0), Mustered("group B", 200, 200, 200, 0, 0)),
)
LOST = replace(FOUND, muster=(replace(FOUND.muster[0], stranded=3, by_restore=2), FOUND.muster[1]))


def test_the_first_lines_say_how_it_ended() -> None:
    assert verdict(FOUND) == "The plan came to its end, and of 1,200 phones none is stranded."
    assert verdict(LOST).endswith("3 are stranded; 2 would be back only after a restore (R4).")
    assert verdict(replace(FOUND, finished=False)).startswith("The plan did not come to its end")


def test_only_a_plan_that_ended_with_nobody_lost_is_well() -> None:
    assert FOUND.well
    assert not LOST.well
    assert not replace(FOUND, finished=False).well


def test_the_text_tells_steps_stops_waves_and_every_group() -> None:
    text = "\n".join(rehearsal_lines(FOUND))
    assert (
        "It took 2 h of the twin, predicted 1 h to 3 h; apply was called 2 times, phones were away 1 time."
        in " ".join(text.split())
    )
    assert "+0:01:00  step 2: regenerate TVS on pub: The line was cut." in text
    assert "Somebody called apply again, which looks first." in text
    assert re.search(r"\+0:00:05 +30 min +2  regenerate TVS on pub \(2 times\)", text)
    assert re.search(r"\+0:31:40 +1 min  1,200 phones, in step 2", text)
    assert re.search(r"group A +1,000 +1,000 +1,000 +0 +0", text)


def test_nothing_foreign_reaches_a_terminal_or_a_browser_unescaped() -> None:
    odd = replace(FOUND, cluster="a\x1b[2Jb<script>alert(1)</script>")
    assert "\x1b" not in "".join(rehearsal_lines(odd))
    page = rehearsal_page(odd)
    assert "\x1b" not in page
    assert "<script>" not in page


def test_the_page_fetches_nothing_and_its_chart_holds_every_phone_at_any_time() -> None:
    page = rehearsal_page(FOUND)
    assert "default-src 'none'" in page
    assert not re.search(r"(src|href)=", page)
    chart = etree.fromstring(page[page.index("<svg") : page.index("</svg>") + 6])
    colours = {title.getparent().get("fill"): title.text for title in chart.iter("title")}
    assert set(colours.values()) == {"registered", "booting", "off"}
    heights = [float(each) for path in chart.iter("path") for each in re.findall(r"v(-[\d.]+)", path.get("d"))]
    assert sum(heights) == -220 * 3  # three samples, each of all phones


def test_a_page_of_a_rehearsal_that_stopped_at_once_is_a_page() -> None:
    nothing = replace(FOUND, finished=False, seconds=0.0, steps=(), waves=(), samples=(), stops=(), faults=())
    assert "did not come to its end" in rehearsal_page(nothing)
