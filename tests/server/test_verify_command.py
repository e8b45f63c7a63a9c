"""`threadproof verify`: one answer a row, in bounded time, whatever the row holds."""

import io
import json
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from server import cli

PAGE = [
    "Kestrel Point Courier",
    "The Kestrel Point council voted 7 to 2 to relight the lamp on 23 February 2026.",
    "It will cost 41,000 crowns over three years.",
    "Nobody was hurt.",
]
VOTE = "The Kestrel Point council voted to relight the lamp."


class Ran:
    """The command in this process, its streams caught."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *argv: str, stdin: bytes = b"") -> None:
        out, err = io.TextIOWrapper(io.BytesIO()), io.TextIOWrapper(io.BytesIO())
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        monkeypatch.setattr(sys, "stdout", out)
        monkeypatch.setattr(sys, "stderr", err)
        self.status = cli.main(["verify", *argv])
        out.seek(0)
        err.seek(0)
        self.answers = [json.loads(line) for line in out.read().splitlines()]
        self.complained = err.read()


def row(claim: Any, sentences: Any = None, identity: Any = "r1") -> bytes:
    return json.dumps({"id": identity, "claim": claim, "sentences": PAGE if sentences is None else sentences}).encode()


def ask(monkeypatch: pytest.MonkeyPatch, *rows: bytes, options: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    ran = Ran(monkeypatch, *options, "-", stdin=b"\n".join(rows))
    assert (ran.status, ran.complained) == (0, "")
    return ran.answers


def test_an_answer_has_the_four_fields_of_the_contract(monkeypatch: pytest.MonkeyPatch) -> None:
    """And the evidence names sentences, best first."""
    (answer,) = ask(monkeypatch, row(VOTE))
    assert list(answer) == ["id", "score", "label", "evidence"]
    assert (answer["id"], answer["label"], answer["evidence"][0]) == ("r1", "supported", 1)
    assert 0.5 < answer["score"] <= 1


def test_a_file_is_read_as_stdin_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """With a byte order mark, empty lines and Windows' line ends."""
    path = tmp_path / "claims.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + row(VOTE) + b"\r\n\r\n" + row("Moths ate it.", identity=None))
    ran = Ran(monkeypatch, str(path))
    assert ran.status == 0
    assert [answer["label"] for answer in ran.answers] == ["supported", "not_supported"]
    assert ran.answers[1]["id"] is None


def test_a_reason_is_told_on_demand(monkeypatch: pytest.MonkeyPatch) -> None:
    """None where there is nothing to object to."""
    good, bad = ask(
        monkeypatch, row(VOTE), row("The council voted 9 to 2 to relight the lamp."), options=("--reasons",)
    )
    assert (good["reason"], bad["reason"], bad["label"] == "supported") == (None, "number", False)


def test_a_missing_file_is_wrong_usage(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Told in words."""
    ran = Ran(monkeypatch, str(tmp_path / "none.jsonl"))
    assert (ran.status, ran.answers) == (2, [])
    assert "cannot be read" in ran.complained


@pytest.mark.parametrize(
    "line",
    [
        b"{", b"[]", b"null", b'"claim"', b"7", b"\xff\xfe", b'{"id": 1}', row(None), row(7), b"[" * 100_000,
        b'{"claim": "x", "sentences": "y"}', b'{"claim": "x", "sentences": {"a": "b"}}', b"9" * 5_000,
    ],
)  # fmt: skip
def test_a_line_that_is_no_row_is_told_and_the_rest_goes_on(monkeypatch: pytest.MonkeyPatch, line: bytes) -> None:
    """With its number; the status says that something was left out."""
    ran = Ran(monkeypatch, "-", stdin=b"\n".join([row(VOTE), line, row(VOTE, identity="after")]))
    assert ran.status == 2
    assert [answer["id"] for answer in ran.answers] == ["r1", "after"]
    assert ran.complained.startswith("threadproof: line 2: ")
    assert len(ran.complained.splitlines()) == 1


@pytest.mark.parametrize(
    ("claim", "sentences"),
    [
        ("", None),
        ("   \n ", None),
        ("It is what it is.", None),
        (VOTE, []),
        (VOTE, ["", "", ""]),
        (VOTE, [None, 7, {"a": []}, ["b"]]),
        ("\ud800 lone \udfff surrogates", ["\ud800", "a lone \udfff one"]),
        ("It cost 1e400 crowns, or " + "9" * 5_000 + ".", ["It cost 1e400.", "9" * 5_001]),
        ("٢٤٬٠٠٠ حساب", ["كان لديه ٢٤٬٠٠٠ حساب."]),
        ("२४,००० खाते", ["इसमें २४,००० खाते थे।"]),
        ("ⴰⵣⵓⵍ 𐍈𐌰𐌹", ["ᚠᚢᚦ", "𐍈𐌰𐌹 ⴰⵣⵓⵍ"]),
        ("\x00\u202e\U000e0041", ["\x00"]),
        ("(" * 3_000 + '"' * 3_000 + "\\", ["[" * 5_000, "*" * 5_000]),
    ],
)
def test_a_row_of_odd_shape_gets_an_answer(monkeypatch: pytest.MonkeyPatch, claim: str, sentences: Any) -> None:
    """Never an exception, and positions within the row."""
    (answer,) = ask(monkeypatch, row(claim, sentences))
    assert answer["label"] in ("supported", "partially_supported", "not_supported")
    assert 0 <= answer["score"] <= 1
    assert all(0 <= n < len(PAGE if sentences is None else sentences) for n in answer["evidence"])


@pytest.mark.parametrize("claim", ["", "It is what it is.", "—", "\u200b"])
def test_a_claim_that_says_nothing_is_not_supported(monkeypatch: pytest.MonkeyPatch, claim: str) -> None:
    """By no sentence, with the lowest score."""
    (answer,) = ask(monkeypatch, row(claim))
    assert (answer["label"], answer["score"], answer["evidence"]) == ("not_supported", 0, [])


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("24,000 accounts", "24k accounts"),
        ("24,000 accounts", "twenty-four thousand accounts"),
        ("24,000 accounts", "２４，０００ accounts"),
        ("24,000 accounts", "٢٤٬٠٠٠ accounts"),
        ("24,000 accounts", "२४,००० accounts"),
        ("three days of rain", "72 hours of rain"),
        ("24% of its crates", "24 percent of its crates"),
    ],
)
def test_numbers_are_one_in_every_writing(monkeypatch: pytest.MonkeyPatch, said: str, heard: str) -> None:
    """Words, magnitudes, units and other digits."""
    page = [*PAGE, f"Osprey Lines lost {heard} in the harbour."]
    (answer,) = ask(monkeypatch, row(f"Osprey Lines lost {said} in the harbour.", page))
    assert answer["label"] == "supported"


def test_claims_without_end_are_answered_at_once_and_not_supported(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody's sentence has ten thousand words."""
    long = " ".join([VOTE] * 1_250)
    began = time.perf_counter()
    (answer,) = ask(monkeypatch, row(long))
    assert time.perf_counter() - began < 2
    assert answer["label"] != "supported"


def test_a_source_of_two_hundred_thousand_words_is_read_once_for_all_its_claims(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Thirty claims about it take hardly longer than one; generous bounds, measured .4 s and 6 ms a claim."""
    page = [f"Entry {n}: the keeper of lamp {n % 97} logged {n * 7} ships and {n % 13} storms." for n in range(15_500)]
    page[9_000] = VOTE
    one = row(VOTE, page)
    began = time.perf_counter()
    (first,) = ask(monkeypatch, one)
    once = time.perf_counter() - began
    answers = ask(monkeypatch, *[one] * 30)
    assert {answer["evidence"][0] for answer in (first, *answers)} == {9_000}
    assert once < 4
    assert time.perf_counter() - began - once < 8


def test_a_source_that_is_one_endless_sentence_is_judged_in_bounded_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its figures are not each held against each other's words."""
    endless = " ".join(f"in {1900 + n % 99} the keeper logged {n} ships and" for n in range(22_000))
    began = time.perf_counter()
    (answer,) = ask(monkeypatch, row("In 1945 the keeper logged 45 ships and 46 storms.", [endless]))
    assert time.perf_counter() - began < 8
    assert answer["evidence"] == [0]
