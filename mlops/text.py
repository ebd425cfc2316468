"""What may be written to a terminal."""


def printable(text: str) -> str:
    """A name or a line of a file may hold what is a command to a terminal, or no text at all."""
    return "".join(c if c.isprintable() or c in "\n\t" else "?" for c in text)
