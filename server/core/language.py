"""Which language a text is in: what its page says, unless the words themselves plainly say otherwise.

Half of the world's site builders leave `lang="en"` in the template whatever is written below it. The commonest words of
a language make a third of its prose and hardly occur in another's; no model is needed to tell them apart.
"""

import re
from collections import Counter
from collections.abc import Iterable

ENOUGH = 20  # words; fewer tell nothing
SURE = 0.12  # of all words are a language's commonest
CLEARER = 1.6  # times the next language's share
PEEK = 3_000  # characters

COMMON = {
    "en": """the of and to in is that for it was on with as are be this by at from have not which or an but they
    his were has you""",
    "de": """der die und das in den von zu mit ist nicht des dem ein eine im auf sich für auch es als an werden
    aus er hat dass sie nach wird bei""",
    "fr": """le la les de des et en un une du que est pour dans qui par sur au pas plus ne ce avec il sont se aux
    cette ont mais été""",
    "es": """el la de que y en los del se las por un para con una su al lo como más es pero sus le ha este sí
    porque esta entre son también""",
    "it": """il di che la e un in per una non del è con le si della i da sono al dei come gli più nel alla anche
    ha lo delle""",
    "pt": """o a de que e do da em um para com não uma os no se na por mais as dos como mas ao das foi à são pelo
    sua também""",
    "nl": """de het een van en in is dat op te zijn met voor niet aan er om ook als dan maar bij uit nog naar
    door over ze hebben deze""",
    "sv": """och att det i en som är på av för med till den har de inte om ett men från så vid kan också efter
    under eller""",
    "da": """og i at det er en til på som af for den med de ikke der har et men om var fra han også efter kan
    blev eller""",
    "no": """og i det er på en som til av for at med de har den ikke et men om fra var seg også etter ble kan
    eller ved""",
    "pl": """w i na z się nie do to że jest o jak po za od przez dla ale co tym są był czy oraz jego tego może
    tylko już""",
    "cs": """a v se na je že to z o s i do za by k jako pro ale po jsou od jeho které nebo podle až také při jen
    však""",
    "tr": """ve bir bu da de için ile çok olarak daha olan gibi ne kadar var sonra ancak en ya olduğu her ama o
    değil göre""",
    "fi": """ja on ei se että oli hän mutta kun niin myös ovat kuin joka sen ole mukaan tai sitä vuoden hänen jo
    jos nyt vielä""",
    "ro": """și de în a la cu o pe că din nu un care pentru este mai sunt al au fi după prin sau fost această
    între dar""",
    "id": """yang dan di dengan untuk ini dari pada dalam itu tidak akan ke oleh juga ada adalah sebagai tersebut
    bisa telah karena""",
}
# By the letters alone. Han without kana is Chinese; Cyrillic is told apart by letters that only some languages have.
SCRIPTS = (
    ("ja", "\u3040-\u30ff"), ("ko", "\uac00-\ud7af\u1100-\u11ff"), ("zh", "\u4e00-\u9fff"),
    ("el", "\u0370-\u03ff"), ("he", "\u0590-\u05ff"), ("th", "\u0e00-\u0e7f"), ("hi", "\u0900-\u097f"),
    ("bn", "\u0980-\u09ff"), ("ta", "\u0b80-\u0bff"), ("ka", "\u10a0-\u10ff"), ("hy", "\u0530-\u058f"),
    ("ar", "\u0600-\u06ff"), ("ru", "\u0400-\u04ff"),
)  # fmt: skip
# Languages of the same letters, or so near, that a page knows better.
SHARED = {
    "ar": {"fa", "ur", "ckb", "ps", "sd"},
    "ru": {"uk", "be", "bg", "sr", "mk", "kk", "ky", "mn", "tg"},
    "hi": {"mr", "ne", "sa"},
    "no": {"nb", "nn"},
    "id": {"ms"},
}
SCRIPT_SHARE = 0.3  # of the letters
KANA_SHARE = 0.05

_OTHER_SCRIPT = re.compile(f"[{''.join(letters for _, letters in SCRIPTS)}]")
_WORD = re.compile(r"[^\W\d_]+")
_TAG = re.compile(r"([A-Za-z]{2,3})(?=$|[-_])")
_INDEX: dict[str, list[str]] = {}
for _language, _words in COMMON.items():
    for _word in _words.split():
        _INDEX.setdefault(_word, []).append(_language)


def find_language(text: str, stated: Iterable[str | None]) -> str | None:
    """An ISO 639 code of two or three letters, None when nothing tells."""
    said = next((tag[1].lower() for value in stated if (tag := _TAG.match((value or "").strip()))), None)
    told = tell_language(text[:PEEK])
    return said if said in SHARED.get(told or "", ()) else told or said


def tell_language(text: str) -> str | None:
    """What the words say; None when they are few or of no language we know."""
    if _OTHER_SCRIPT.search(text):
        letters = len(re.findall(r"[^\W\d_]", text))
        for language, letters_of in SCRIPTS:
            share = len(re.findall(f"[{letters_of}]", text)) / letters
            if letters >= ENOUGH and share > (KANA_SHARE if language == "ja" else SCRIPT_SHARE):
                return "uk" if language == "ru" and re.search("[іїєґ]", text) else language
    words = _WORD.findall(text.lower())
    if len(words) < ENOUGH:
        return None
    counts = Counter(language for word in words for language in _INDEX.get(word, ()))
    ranked = counts.most_common(2)
    if not ranked or ranked[0][1] < SURE * len(words):
        return None
    clear = len(ranked) < 2 or ranked[0][1] >= CLEARER * ranked[1][1]
    return ranked[0][0] if clear else None
