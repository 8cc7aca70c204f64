"""The report: every figure in the table and in the JSON, with what was wanted and whether it holds."""

import json

import pytest

from scripts.measuring.figures import Figure
from scripts.measuring.report import Report, number

FIGURES = [
    Figure(
        name="ack",
        words="acknowledgements | kept",
        value=12_345.6,
        unit="requests/s",
        ceiling=40_000.0,
        ceiling_words="nothing",
        wanted=0.5,
        rounds=(12_345.6,),
        more={"p50_ms": 1.234, "p99_ms": 12.34, "max_ms": 123.4, "refused": 0.0},
    ),
    Figure(name="rest", words="at rest", value=60.0, unit="ms", wanted=50.0, at_most=True),
    Figure(name="list", words="a list", value=1.0, unit="ms"),
]
REPORT = Report(
    command="counterfoil bench", machine={"cores": "2"}, figures=FIGURES, notes=["no disk"], failed=["lost"]
)


def test_the_table_has_a_line_for_each() -> None:
    lines = REPORT.as_markdown().splitlines()
    assert lines[:3] == ["`counterfoil bench`", "", "cores 2"]
    assert lines[6:9] == [
        (
            "| acknowledgements \\| kept | 12,346 requests/s | 40,000 (nothing) "
            "| 0.31 \N{MULTIPLICATION SIGN} | ≥ 0.50 \N{MULTIPLICATION SIGN} "
            "| below | 1.23 / 12.3 / 123 | refused 0.00 |"
        ),
        "| at rest | 60.0 ms |  |  | ≤ 50.0 | above |  |  |",
        "| a list | 1.00 ms |  |  |  |  |  |  |",
    ]
    assert lines[9:] == ["", "Not measured:", "", "- no disk", "", "Wrong:", "", "- lost"]


def test_the_document_has_what_the_table_has() -> None:
    document = json.loads(REPORT.as_json())
    assert (document["command"], document["machine"]) == ("counterfoil bench", {"cores": "2"})
    assert (document["notes"], document["failed"]) == (["no disk"], ["lost"])
    first, second, third = document["figures"]
    assert (first["name"], first["ratio"], first["holds"]) == ("ack", 12_345.6 / 40_000, False)
    assert first["more"]["p99_ms"] == 12.34
    assert (second["ceiling"], second["ratio"], second["holds"]) == (None, None, False)
    assert third["holds"] is None


@pytest.mark.parametrize(
    ("value", "told"),
    [(1_234.5, "1,234"), (99.96, "100.0"), (9.876, "9.88"), (0.0, "0.00"), (-12.34, "-12.3")],
)
def test_a_number_has_the_digits_that_count(value: float, told: str) -> None:
    assert number(value) == told
