"""Text from a client's file, made safe to show: no control characters, no runaway length, nobody recognised."""

import re

# Control characters, line separators, the marks that turn the direction of writing round, and halves of characters.
_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def shown(text: str, *, longest: int = 60) -> str:
    """Return a text that cannot take over the terminal: one line, nothing invisible, cut at a length."""
    line = _HIDDEN.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", " ").replace("\n", " ").replace("\t", " "))
    return line if len(line) <= longest else line[: longest - 1] + "…"


_IN_WORD = re.compile(r"(?<=[^\W_])[^\W_]")
_ADDRESS = re.compile(r"([^@]*@)([\w-]+(?:\.[\w-]+)+)\s*")  # and nothing behind it, which could be anything


def masked(text: str) -> str:
    """Return a text whose form can be seen and not what it says: first letters, signs and an address's domain."""
    address = _ADDRESS.fullmatch(text)
    return hidden(address[1]) + address[2] if address else hidden(text)


def hidden(text: str) -> str:
    """Return the same without the domain, which names a company: for what leaves the house."""
    return _IN_WORD.sub("·", text)
