"""Where rules come from: the shipped folder, and a client's own that takes its place file by file."""

from dataclasses import dataclass
from pathlib import Path

from segaudit.errors import SegauditError

_PACKAGE = Path(__file__).resolve().parent.parent


def data_folder(name: str) -> Path:
    """Return a folder of shipped data: inside an installed package, or at the top of a checkout."""
    installed = _PACKAGE / "_data" / name
    return installed if installed.is_dir() else _PACKAGE.parent / name


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesLocation:
    """The rules of one run."""

    chosen: Path | None = None  # what --rules names: a segment file, or a folder
    shipped: Path

    @classmethod
    def at(cls, path: str | None) -> "RulesLocation":
        """Return the location --rules names; None is the shipped rules.

        Raises:
            SegauditError: There is no such file or folder.
        """
        chosen = Path(path) if path is not None else None
        if chosen is not None and not chosen.exists():
            raise SegauditError("there is no such rules file or folder", where=str(chosen), hint="check --rules")
        return cls(chosen=chosen, shipped=data_folder("rules"))

    def file(self, relative: str) -> Path:
        """Return a data file: the client's if the chosen folder has it, else the shipped one."""
        if self.chosen is not None and (self.chosen / relative).is_file():
            return self.chosen / relative
        return self.shipped / relative

    def presets(self) -> tuple[Path, ...]:
        """Return the preset files, by name; a client's replaces or adds to the shipped ones."""
        return self._merged("presets", "*.csv")

    def quality_files(self) -> tuple[Path, ...]:
        """Return the files of quality checks, by name; a client's replaces or adds to the shipped ones."""
        return self._merged("quality", "*.yaml")

    def segment_files(self) -> tuple[Path, ...]:
        """Return the segment files of this run, in order of name.

        A file stands alone; a folder with YAML files in it stands alone too; a folder with a segments/ folder in it
        replaces shipped packs of the same name and adds to the others.

        Raises:
            SegauditError: The chosen folder holds no segment file.
        """
        if self.chosen is None or (self.chosen / "segments").is_dir():
            return self._merged("segments", "*.yaml")
        if self.chosen.is_dir() and not any(self.chosen.glob("*.y*ml")) and self._replaces_some():
            return self._merged("segments", "*.yaml")
        if self.chosen.is_file():
            return (self.chosen,)
        files = tuple(sorted(self.chosen.glob("*.yaml")) + sorted(self.chosen.glob("*.yml")))
        if not files:
            raise SegauditError(
                "the folder holds no segment file", where=str(self.chosen), hint="segment files end in .yaml"
            )
        return files

    def _replaces_some(self) -> bool:
        """Tell whether the chosen folder holds anything that stands in for a part of the shipped rules."""
        return any((self.chosen / item.name).exists() for item in self.shipped.iterdir()) if self.chosen else False

    def _merged(self, folder: str, pattern: str) -> tuple[Path, ...]:
        files = {file.name: file for file in sorted((self.shipped / folder).glob(pattern))}
        if self.chosen is not None and self.chosen.is_dir():
            files |= {file.name: file for file in sorted((self.chosen / folder).glob(pattern))}
        return tuple(files[name] for name in sorted(files))
