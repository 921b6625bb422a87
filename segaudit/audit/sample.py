"""The sample data and the rules beside it, wherever segaudit is installed."""

from segaudit.rulebook.location import data_folder

DEMO_DAY = "2026-06-30"  # the day the sample data was exported


def sample_file(name: str) -> str:
    """Return the path of a file of the sample data."""
    return str(data_folder("sample_data") / name)


def usual_bands_file() -> str:
    """Return the path of the rules that hold size and revenue bands as they are usually written."""
    return str(data_folder("rules") / "examples" / "usual_bands.yaml")
