"""What code still holds against a quotation in another language: figures, and names that nobody translates."""

import pytest

from server.core.support import judge_translation, kept_names

QUOTE = (
    "The harbour board paid OpenSignal £1.5 million and 24,000 hours for two GPT-4 lamps of 3.5 kW in 2019, "
    "a third of its budget."
)
AROUND = "Harbour Board. 23 February 2026. The H100 cluster stood idle."


@pytest.mark.parametrize(
    "claim",
    [
        "Die Hafenbehörde zahlte OpenSignal 1,5 Millionen Pfund.",
        "Die Hafenbehörde zahlte 1.500.000 Pfund.",
        "La autoridad pagó 1,5 millones de libras y 24 000 horas.",
        "L’autorité a payé 24 000 heures pour 2 lampes.",
        "Die Behörde kaufte zwei Lampen, jede mit 3,5 kW.",
        "港湾局は2019年にOpenSignalに150万ポンドを払った。",
        "Управление заплатило OpenSignal 1,5 млн фунтов за лампы GPT-4.",
        "Am 23. Februar 2026 stand der H100-Verbund still.",
        "OpenSignals Lampen brauchten 24.000 Stunden.",
        "Die LeserInnen zahlten nichts.",
        "Die KI-Lampen gehören der EU.",
        "L’autorità pagò 1,5 milioni di sterline e 24'000 ore.",
    ],
)
def test_a_translation_may_write_figures_and_names_as_its_language_does(claim: str) -> None:
    """Points and commas change places, magnitudes are spelled out, endings grow."""
    assert judge_translation(claim, QUOTE, AROUND).support == "supported"


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        ("Die Hafenbehörde zahlte 2,5 Millionen Pfund.", "number"),
        ("Die Hafenbehörde zahlte 1,5 Milliarden Pfund für 24 Stunden.", "number"),
        ("Die Behörde zahlte 2018.", "number"),
        ("Die Behörde zahlte OpenAI 1,5 Millionen Pfund.", "name"),
        ("港湾局はMiniMaxに払った。", "name"),
        ("Управление заплатило Anthropic.", "name"),
        ("Die Lampe ist ein H200.", "name"),
        ("Es war Fassung 2.2.1.", "number"),
        ("Die Behörde zahlte 15 Millionen Pfund.", "number"),
        ("Die Behörde zahlte 1,5 Pfund.", "number"),
        ("Die Behörde zahlte 1,5 Billionen Pfund.", "number"),
        ("Jede Lampe hat 35 kW.", "number"),
        ("Es waren 24 Stunden.", "number"),
        ("Es waren 2,4000 Stunden.", "number"),
        ("  ", "empty"),
        ("Lang " * 500, "coverage"),
    ],
)
def test_a_figure_or_a_name_of_its_own_sinks_a_translation(claim: str, reason: str) -> None:
    """Whatever a judge said of it."""
    verdict = judge_translation(claim, QUOTE, AROUND)
    assert (verdict.support, verdict.reason) == (None, reason)


def test_figures_around_a_quotation_lend_nothing_but_dates() -> None:
    """A page's other numbers are about other things."""
    assert judge_translation("Es waren 512 Lampen.", QUOTE, "All 512 lamps were sold.").reason == "number"


def test_names_that_are_spelled_alike_everywhere_are_found() -> None:
    """Acronyms are not among them: the AI is KI in German."""
    assert list(kept_names("OpenAI und die KI der EU auf H100, sagt Weber.")) == ["OpenAI", "H100"]
    assert list(kept_names("据 Anthropic 称，TV 上的 Claude 更快。")) == ["Anthropic", "Claude"]
