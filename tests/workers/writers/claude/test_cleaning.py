"""Whether a model's sentence is only a sentence."""

import pytest

from tests.evidence import make_comment, make_evidence, make_page, make_thread
from workers.prompts import load_prompts
from workers.writers.claude.cleaning import clean

EVIDENCE = make_evidence(
    make_thread(make_comment("They moved it from ASP.NET to main.rs, says 10.0.0.7.", 1)),
    make_page("harbour", "Lamp\n\nThe council voted to relight it.", url="https://www.harbour.example/lamp"),
    make_page("docs", "Docs\n\nThe lens is old.", url="https://docs.lamps.example/", site="bad.test"),
)


@pytest.mark.parametrize(
    "text",
    [
        "See https://bad.example/x", "See www.bad.example now", "<img src=x>", "![a](x)", "[1]: x", "[the site](x)",
        "[the site] (x)", "javascript:alert(1)", "data:text/html,x", "mailto:lamp", "hxxps:bad", "```sh",
        "Write to lamp@bad.example", "Visit bad.example today", "Join cform.com for more", "&lt;script&gt;",
        "ftp://bad.example", "//host\u200b.bad.example/x", "bad[.]example", "bad (dot) example", "wuzzi.net",
        "evil.ai", "",
        "Go to bad\uff0eexample", "Go to bad\u3002example", "Go to \uff42\uff41\uff44.example", "b\u00e4d.example",
        "Reach 169.254.169.254", "Reach 10.0.0.8:80", "harbour.example.bad.test", "badharbour.example",
        "ample/lamp.test",
        "Its site is bad.test", "The key is sk-ant-api03-abcdefghijkl", "ghp_0123456789abcdef", "A" * 40,
        "x " * 201,
        "The council 🎉 voted", "The ⚓ is lit", "Press 1\ufe0f\u20e3",
    ],
)  # fmt: skip
def test_what_could_act_or_lead_elsewhere_is_no_sentence(text: str) -> None:
    """Links, addresses, markup, keys, pictures, and hosts that none of the sources has, in whatever spelling."""
    assert clean(text, EVIDENCE) == ""


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("The  lamp\nis **lit**.", "The lamp is lit."),
        ("Node.js 24 reads setup.json.", "Node.js 24 reads setup.json."),
        ("They left ASP.NET for main.rs.", "They left ASP.NET for main.rs."),
        ("It answers at 10.0.0.7.", "It answers at 10.0.0.7."),
        ("harbour.example reports the vote.", "harbour.example reports the vote."),
        ("lamps.example and docs.lamps.example agree.", "lamps.example and docs.lamps.example agree."),
        ("The U.S. coast guard paid $5.5m.", "The U.S. coast guard paid $5.5m."),
        ("Version 1.2.3 costs 5–7 °C, e.g. a lot.", "Version 1.2.3 costs 5–7 °C, e.g. a lot."),
        ("Li\u200bt again\u202e [4, 5].", "Lit again."),
        ("use_of_force stays", "use_of_force stays"),
        ("a < b and c > d", "a < b and c > d"),
        ("The lamp speaks HTTP and HTTPS, says brindle-http.", "The lamp speaks HTTP and HTTPS, says brindle-http."),
        ("灯塔将于三月一日重新点亮，议会以九比二通过了这项决定，海港委员会在周一宣布了这一消息。", None),
    ],
)
def test_text_that_is_only_text_is_made_plain(text: str, plain: str | None) -> None:
    """Emphasis, passage numbers and unseen characters go; names with dots, and scripts without spaces, stay."""
    assert clean(text, EVIDENCE) == (text if plain is None else plain)


@pytest.mark.parametrize("name", sorted(load_prompts()))
def test_what_the_model_was_told_stays_between_us(name: str) -> None:
    """Eight words in a row are told apart from a chance likeness."""
    said = load_prompts()[name].replace("{", "").split()
    assert clean(f"It says: {' '.join(said[3:16])}"[:390], EVIDENCE) == ""
    assert clean("You see that passages of the thread are numbered.", EVIDENCE)
