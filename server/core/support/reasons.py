"""Why a claim is not shown, in a word."""

from typing import Literal

Reason = Literal[
    "empty",  # it says nothing that could be checked
    "number",  # a number, unit, date or version that the quotation has not, or has of something else
    "name",  # a name that neither the quotation nor what stands around it has
    "negation",  # a "not" more or less
    "certainty",  # stated as fact what is alleged, planned, expected or possible
    "direction",  # the opposite: a rise for a fall, a win for a defeat
    "degree",  # "more than" for "less than" or for the figure itself, a superlative of its own
    "quantity",  # "all" for "some", "most" for "many", "only" for one of several
    "speaker",  # put into somebody else's mouth
    "quote",  # words between quotation marks that do not stand there
    "order",  # who did it and to whom, exchanged
    "coverage",  # too few of its words
    "span",  # it cites no passage that exists
    "kind",  # what the thread says, cited from elsewhere
    "unattributed",  # supported in part only, and nobody is named as saying it
    "alone",  # one side of a dispute, one date of a timeline
    "instruction",  # it says what only orders to machines say
    "form",  # more than a sentence: a link, an address, markup, a picture, a key, or far too much
    "judge",  # a model asked about it denied it
]
