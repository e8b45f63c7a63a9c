"""What is counted for the operator, and how Prometheus reads it.

A sample's name is the very line that Prometheus reads (its text format 0.0.4), labels included, so that keeping totals
needs nothing but a table of names and numbers, which many processes add to.
"""

from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec

Kind = Literal["counter", "gauge", "histogram"]
LONGEST_LABEL = 60
OTHER = "other"

ANSWER_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
WORK_S = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0, 180.0)


class Family(msgspec.Struct, frozen=True):
    """One metric."""

    kind: Kind
    help: str
    bounds: tuple[float, ...] = ()


FAMILIES: dict[str, Family] = {
    "threadproof_http_requests_total": Family("counter", "Answers, by what was asked for and their status."),
    "threadproof_http_seconds": Family("histogram", "From request to the start of its answer.", ANSWER_S),
    "threadproof_refusals_total": Family("counter", "Requests refused, by the problem's type."),
    "threadproof_jobs_total": Family("counter", "Jobs that ended, by their outcome: done, or the problem's type."),
    "threadproof_job_seconds": Family("histogram", "An attempt that made a card, from its first sign.", WORK_S),
    "threadproof_stage_seconds": Family("histogram", "Stages that were done.", WORK_S),
    "threadproof_search_seconds": Family("histogram", "Searches, by provider.", WORK_S),
    "threadproof_fetch_seconds": Family("histogram", "Outside pages fetched or tried.", WORK_S),
    "threadproof_model_seconds": Family("histogram", "Questions to a model, by what was asked for.", WORK_S),
    "threadproof_cards_total": Family("counter", "Cards made, by who wrote them."),
    "threadproof_claims_total": Family("counter", "Claims of cards made, by what the verifier said."),
    "threadproof_pages_total": Family("counter", "Outside pages of cards made: cited, or listed as unread."),
    "threadproof_tokens_total": Family("counter", "Tokens of cards made, by stage."),
    "threadproof_dollars_total": Family("counter", "US dollars that cards made have cost, by model."),
    "threadproof_budget_left_dollars": Family("gauge", "US dollars of today's budget neither spent nor reserved."),
    "threadproof_queue_waiting": Family("gauge", "Jobs in the queue."),
    "threadproof_workers": Family("gauge", "Workers that listen to the queue."),
    "threadproof_jobs_unfinished": Family("gauge", "Jobs not finished, by state."),
    "threadproof_queue_oldest_seconds": Family("gauge", "How long the oldest queued job has waited."),
    "threadproof_up": Family("gauge", "Whether a part answers: 1 or 0."),
}


def sample_name(name: str, labels: Mapping[str, str]) -> str:
    """A sample's line without its value."""
    told = ",".join(f'{label}="{_escaped(value)}"' for label, value in sorted(labels.items()))
    return f"{name}{{{told}}}" if told else name


def _escaped(value: str) -> str:
    return value[:LONGEST_LABEL].replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def observed(name: str, value: float, labels: Mapping[str, str]) -> dict[str, float]:
    """What an observation adds to the samples of a histogram."""
    bounds = [(f"{bound:g}", value <= bound) for bound in FAMILIES[name].bounds] + [("+Inf", True)]
    added = {sample_name(f"{name}_bucket", {**labels, "le": le}): 1.0 for le, holds in bounds if holds}
    return added | {sample_name(f"{name}_count", labels): 1.0, sample_name(f"{name}_sum", labels): value}


def render_metrics(totals: Mapping[str, float]) -> str:
    """The page that Prometheus scrapes: every known family, its samples in the order of their names and bounds."""
    by_family: dict[str, list[str]] = {}
    for sample in totals:
        by_family.setdefault(_family_of(sample), []).append(sample)
    lines: list[str] = []
    for name, family in FAMILIES.items():
        lines += [f"# HELP {name} {family.help}", f"# TYPE {name} {family.kind}"]
        lines += [f"{sample} {totals[sample]:.10g}" for sample in _in_order(by_family.get(name, []))]
    return "\n".join(lines) + "\n"


def _family_of(sample: str) -> str:
    name = sample.partition("{")[0]
    base = name.removesuffix("_bucket").removesuffix("_count").removesuffix("_sum")
    return base if base in FAMILIES and FAMILIES[base].kind == "histogram" else name


def _in_order(samples: Iterable[str]) -> list[str]:
    """Buckets of one series stand together, from the smallest bound to the largest, as the format asks."""

    def place(sample: str) -> tuple[str, str, float, str]:
        bound = sample.partition('le="')[2].partition('"')[0]
        rest = sample.replace(f'le="{bound}"', "")
        return sample.partition("{")[0], rest, float(bound) if bound else 0.0, sample

    return sorted(samples, key=place)
