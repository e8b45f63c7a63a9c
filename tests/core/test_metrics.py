"""The page that Prometheus scrapes, out of a table of names and numbers."""

from server.core.metrics import FAMILIES, observed, render_metrics, sample_name


def test_a_sample_is_named_as_prometheus_reads_it() -> None:
    """Labels in their order, with what could break the line escaped."""
    assert sample_name("threadproof_workers", {}) == "threadproof_workers"
    assert sample_name("x", {"b": '"', "a": "\\\n"}) == 'x{a="\\\\\\n",b="\\""}'


def test_an_observation_on_a_bound_is_within_it() -> None:
    """`le` is less or equal."""
    added = observed("threadproof_stage_seconds", 0.5, {})
    assert 'threadproof_stage_seconds_bucket{le="0.5"}' in added
    assert 'threadproof_stage_seconds_bucket{le="0.25"}' not in added


def test_a_sample_of_an_unknown_family_is_left_out() -> None:
    """A newer version may have counted what this one does not know."""
    page = render_metrics({"threadproof_workers": 2, "threadproof_future_total": 5})
    assert "threadproof_workers 2\n" in page
    assert "future" not in page
    assert page.count("# TYPE") == len(FAMILIES)
