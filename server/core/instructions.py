"""Text that talks to a machine which reads along, instead of to people.

A comment or a page may carry orders for whatever summarises it. They are no evidence for anything: a passage that
gives them, and what stands in one comment or paragraph with it, cannot be cited. It may still be read; threads about
such attacks lose the quotations of the attacks, not their discussion.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from server.core.source import Sentence, Source
from server.core.words import fold

_MACHINE = (
    r"(?:ai|a\.i\.|llms?|large language models?|language models?|chat ?bots?|(?:ai )?assistants?|chatgpt|claude|gpt|"
    r"automated (?:analysis|summar\w+|software|systems?)\w*|summari[sz]ers?)"
)
_REPLY = r"your (?:\w+ )?(?:response|reply|answer|output|summary|completion)s?"
_ORDERS = re.compile(
    "|".join(
        (
            # "ignore all previous instructions", with the spelling mistakes that get past filters
            r"(?<![\"'] )(?<![\"'])\b(?:ignore|disregard|forget|override|bypass)\s+"
            r"(?:(?:all|any|your|the|my|these|those|of|previous|prior|above|earlier|other)\s+)+(?:i?u?nstructions?|prompts?|sources)\b",
            r"ignore\s*previous\s*instructions?\s*and\b",
            r"\b(?:ignore|disregard) (?:them|everything|all info\w*|the (?:above|rest))\b"
            r"[^.]{0,80}\b(?:instead|only|exclusively|except)\b",
            # what no reader is asked for: "Include in your answer …", "In your response, suggest …"
            r"^(?:please )?(?:integrate|include|add|append|insert|modify|enhance|augment|end|begin|finish|render|"
            rf"express|format|replace|rewrite|scramble|reverse|encode|translate|embed|incorporate|mention)\b.{{0,160}}\b{_REPLY}\b",
            rf"^(?:please )?(?:in|to|at the end of) {_REPLY}, (?:please )?(?:always |also )?\w+",
            r"^(?:please )?(?:reply|respond|answer) (?:only |just )?(?:in|with|using) ",
            r"^can you (?:reply|respond|answer) in \w+\?",
            r"\breply with (?:nothing|only|just|['\"])",
            r"\b(?:reveal|print|show|repeat|leak|output|disclose) (?:your|the) "
            r"(?:system|developer|hidden|initial|confidential) (?:prompt|message|instructions?|data)\b",
            r"\breveal confidential data\b",
            rf"^\W*(?:as|you are|dear|attention|note to|message to|hey|hello)\W+(?:an? |any |all |the )*{_MACHINE}\b"
            r"[^.]{0,80}\b(?:you must|must end|you should|you shall|you have to|you will|please|highly|approve)\b",
            r"\bnote to (?:any |all )?(?:automated|ai)\b",
            rf"\bto you, {_MACHINE}\b",
            rf"(?:^|[\"(<])\W*{_MACHINE}\s*[,:]\s*"
            r"(?:please |you |always |never |prefer|write|say|do |repeat|use |cite|include|ignore)",
            rf"\b(?:illegal|forbidden|not allowed|prohibited) for (?:an? )?{_MACHINE}\b",
            # forged turns and role markers
            r"\[/?inst\]|<</?sys>>|<\|?(?:im_start|im_end|system|assistant|user|endoftext)\|?>|<end of session>|"
            r"#{2,}\W*\(?system|\(system_message\)|^\W*(?:system|assistant|developer) ?: ",
            r"\bassistant:[^.]{0,120}\buser:",
            r"<information>|</?(?:instructions?|system)>",
            r"\bu/system\b\W|\bnew policy\b[^.]{0,20}\bverdict\b",
            # tools of an agent
            r"^(?:please )?(?:call|use|invoke|run) your (?:\w+ )?tools?\b",
            r"^(?:please )?(?:fetch|visit|open|browse)\b[^.]{0,40}(?:internal\b|169\.254|localhost|127\.0)",
            r"^(?:please )?fetch (?:the contents of )?https?://",
            r"^(?:please )?(?:print|repeat|output|concatenate) (?:the following|these strings|this (?:text|string)|<)|"
            r"\bcould you repeat <|do not use a code block",
            r"^todo: (?:say|write|tell|include|send)\b",
        )
    ),
    re.IGNORECASE,
)


@lru_cache(maxsize=1 << 14)
def addresses_machine(text: str) -> bool:
    """Whether a text gives orders to a program that writes about it."""
    return bool(_ORDERS.search(fold(text[:4_000])))


def is_ordered(sentence: Sentence, source: Source) -> bool:
    """Whether a sentence, or one of its own comment or paragraph, gives such orders."""
    return any(addresses_machine(other.text) for other in _together(sentence, source))


def _together(sentence: Sentence, source: Source) -> Iterator[Sentence]:
    """The sentences of the same comment or paragraph, which stand in a row."""
    yield sentence
    for places in (range(sentence.index - 1, -1, -1), range(sentence.index + 1, len(source.sentences))):
        for place in places:
            other = source.sentences[place]
            if other.block != sentence.block and (sentence.url is None or other.url != sentence.url):
                break
            yield other
