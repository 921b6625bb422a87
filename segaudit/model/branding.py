"""Whose report it is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Branding:
    """What the workspace file says under ``report``."""

    agency: str = ""
    client: str = ""
    logo: str = ""  # path of a PNG, JPEG or SVG file
    colour: str = ""  # "#rrggbb"
    language: str = ""  # "en", "de"; empty: it is not said
