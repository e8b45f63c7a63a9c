"""Lists of phrases, one a line, as one pattern."""

_BEGINNING = r"(?:^|[.!?…»]\s+|[。！？]\s*|\s[–—|·-]\s)"


def any_of(listed: str) -> str:
    """A pattern for any of the lines; a leading ^ stands for the beginning of a text or of one of its sentences."""
    lines = [line.strip() for line in listed.strip().splitlines()]
    first = "|".join(line[1:] for line in lines if line.startswith("^"))
    anywhere = [line for line in lines if not line.startswith("^")]
    return "|".join([*anywhere, f"{_BEGINNING}(?:{first})"] if first else anywhere)
