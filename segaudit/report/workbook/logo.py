"""A logo on the first sheet: a PNG or JPEG picture as it is; its size is read from its first bytes."""

import re
import struct
from base64 import b64decode
from io import BytesIO

from openpyxl.drawing.image import Image

_ADDRESS = re.compile(r"data:image/(png|jpeg);base64,([A-Za-z0-9+/=]+)")
_PNG = b"\x89PNG\r\n\x1a\n"
_HIGHEST, _WIDEST = 44.0, 260.0  # pixels
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # marks of a JPEG that are followed by its size


class Logo(Image):  # type: ignore[misc]
    """A picture for a sheet, without the imaging library that openpyxl would ask for its size."""

    def __init__(self, kind: str, content: bytes, width: int, height: int) -> None:
        """Make it as large as there is room for."""
        scale = min(1.0, _HIGHEST / height, _WIDEST / width)
        self.ref = BytesIO(content)
        self.width, self.height = max(1, round(width * scale)), max(1, round(height * scale))
        self.format = kind

    def _data(self) -> bytes:
        return self.ref.getvalue()


def logo_of(address: str) -> Logo | None:
    """Return a logo from its data: address; none if it is of a kind that spreadsheets do not show (SVG), or broken."""
    found = _ADDRESS.fullmatch(address)
    if found is None:
        return None
    try:
        content = b64decode(found[2], validate=True)
        width, height = _png_size(content) if found[1] == "png" else _jpeg_size(content)
    except (ValueError, struct.error):
        return None
    return Logo(found[1], content, width, height) if width and height else None


def _png_size(content: bytes) -> tuple[int, int]:
    if not content.startswith(_PNG):
        return 0, 0
    width, height = struct.unpack(">II", content[16:24])
    return width, height


def _jpeg_size(content: bytes) -> tuple[int, int]:
    place = 2
    while content.startswith(b"\xff\xd8") and place < len(content):
        mark, kind, length = struct.unpack(">BBH", content[place : place + 4])
        if mark != 0xFF:  # noqa: PLR2004 - every mark begins so
            break
        if kind in _FRAMES:
            height, width = struct.unpack(">HH", content[place + 5 : place + 9])
            return width, height
        place += 2 + length
    return 0, 0
