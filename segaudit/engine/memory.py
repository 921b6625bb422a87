"""How much memory the engine may use."""

from segaudit.errors import SegauditError

# What the process holds beside the engine's own buffers: interpreter, libraries, read and write buffers.
_OVERHEAD = 190_000_000
_LEAST_MEMORY = 128_000_000
# A client's laptop has other things to do; a larger file is read by way of the disk.
DEFAULT_MEMORY = "1.8GB"
_UNITS = {"kb": 10**3, "mb": 10**6, "gb": 10**9, "tb": 10**12, "kib": 2**10, "mib": 2**20, "gib": 2**30, "tib": 2**40}


def parse_memory(text: str) -> int:
    """Return the bytes of an amount such as ``512MB``.

    Raises:
        SegauditError: The text is no amount of memory, or too little to work in.
    """
    folded = text.strip().lower().replace(" ", "")
    digits = folded.rstrip("kmgtib")
    unit = folded[len(digits) :] or "mb"
    try:
        size = int(float(digits) * _UNITS[unit if unit.endswith("b") else f"{unit}b"])
    except (ValueError, KeyError, OverflowError):
        raise SegauditError(
            f'"{text}" is not an amount of memory', where="--memory-limit", hint="write it like 512MB or 4GB"
        ) from None
    if size < _OVERHEAD + _LEAST_MEMORY:
        least = (_OVERHEAD + _LEAST_MEMORY) // 10**6
        raise SegauditError(f"{text} is too little to work in", where="--memory-limit", hint=f"give at least {least}MB")
    return size


def left_for_engine(memory_limit: str | None, beside: int) -> int:
    """Return the bytes that are left for the engine.

    Args:
        memory_limit: Of the whole process; None for the default.
        beside: Bytes that libraries need.

    Raises:
        SegauditError: The limit is no amount of memory, or too little to work in.
    """
    most = parse_memory(DEFAULT_MEMORY if memory_limit is None else memory_limit)
    return max(_LEAST_MEMORY, most - _OVERHEAD - beside)
