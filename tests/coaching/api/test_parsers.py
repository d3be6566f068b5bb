"""What is too much, too deep or not quite JSON is refused before it costs anything."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest

from athletes.models import PainReport
from coaching.api import parsers
from tests.factories import BREATHLESS


def posted(client: Any, text: str | bytes, kind: str = "application/json") -> Any:
    return client.generic("POST", "/guidance/assess/", text, content_type=kind)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 17 + "]" * 17,
        '{"a":' * 17 + "1" + "}" * 17,
        "[" * 200_000,
        '{"answers":' + "[[" * 9 + '"]"',
        "[" + "1," * 5_001 + "1]",
        "{" + ",".join(f'"k{n}":1' for n in range(2_501)) + "}",
        '{"answers": {"severity_nrs": ' + "9" * 17 + "}}",
        '{"answers": {"severity_nrs": -' + "9" * 17 + "}}",
        '{"answers": {"severity_nrs": NaN}}',
        '{"answers": {"severity_nrs": Infinity}}',
        '{"answers": {"severity_nrs": 1e999}}',
        '{"answers": {"fever": "no", "fever": "yes"}}',
        '{"answers": {}, "answers": {}}',
        b"\xff\xfe{\x00}\x00",
        "\ufeff{}",
        "",
        " ",
        "'a'",
        '{"answers": {}} x',
    ],
)
def test_what_cannot_be_read_is_a_mistake_and_no_fault(cast: Any, text: Any) -> None:
    refused = posted(cast.api.robin, text)
    assert refused.status_code == 400
    assert refused.json()["code"] in ("parse_error", "invalid")


def test_brackets_and_commas_inside_a_text_are_text(cast: Any) -> None:
    note = '[{"\\' * 4_000 + "," * 6_000
    body = {"client_key": str(uuid4()), "answers": BREATHLESS, "note": note}
    refused = cast.api.robin.post("/reports/", body)
    assert [wrong["pointer"] for wrong in refused.json()["errors"]] == ["/note"]


def test_what_is_too_large_is_not_read(cast: Any) -> None:
    just = json.dumps({"answers": BREATHLESS, "x": ""})
    filled = just.replace('""', '"' + "x" * (parsers.MOST_BYTES - len(just)) + '"')
    assert posted(cast.api.robin, filled).status_code == 400  # x is no field
    refused = posted(cast.api.robin, filled + " ")
    assert (refused.status_code, refused.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize(
    "kind",
    [
        "application/json; charset=utf-16",
        'application/json; charset="latin-1"',
        "text/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
    ],
)
def test_only_json_in_utf_8_is_taken(cast: Any, kind: str) -> None:
    refused = posted(cast.api.robin, json.dumps({"answers": BREATHLESS}), kind)
    assert (refused.status_code, refused.json()["code"]) == (415, "unsupported_media_type")
    assert not PainReport.objects.exists()


@pytest.mark.parametrize("kind", ["application/json", "application/json; charset=UTF-8"])
def test_json_is_taken(cast: Any, kind: str) -> None:
    assert posted(cast.api.robin, json.dumps({"answers": BREATHLESS}), kind).status_code == 200


def test_the_longest_report_there_can_be_is_far_below_the_caps() -> None:
    from guidance import KNOWLEDGE

    longest = {
        name: [option.id for option in finding.options] or "unsure"
        for name, finding in KNOWLEDGE.findings.items()
    }
    body = json.dumps({"answers": longest, "note": "ä" * 2000, "client_key": str(uuid4())})
    assert len(body) < parsers.MOST_BYTES / 4
    parts = body.count(",") + body.count(":")
    assert parts < parsers.MOST_PARTS / 2
