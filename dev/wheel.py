"""What goes into the wheel: the addon and each bridge, as addons side by side. Hatch runs it, see pyproject.toml."""

from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

LEFT_OUT = {
    "__pycache__",
    "bridges",
    "build",
    "dev",
    "dist",
    "docs",
    "lab",
    "node_modules",
    "tests",
}
LEFT_OUT_FILES = {"pyproject.toml", "ruff.toml"}


class Addons(BuildHookInterface):
    """Selects the files of the addons."""

    def initialize(self, version, build_data):
        root = Path(self.root)
        bridges = [path.parent for path in root.glob("bridges/*/__manifest__.py")]
        for name, home in {
            "serialized_parts": root,
            **{path.name: path for path in bridges},
        }.items():
            for path in _list_files(home):
                place = Path("odoo/addons", name, path.relative_to(home))
                build_data["force_include"][str(path)] = place.as_posix()


def _list_files(folder):
    for path in sorted(folder.glob("[!.]*")):
        if path.is_dir() and path.name not in LEFT_OUT:
            yield from _list_files(path)
        elif path.is_file() and path.name not in LEFT_OUT_FILES:
            yield path
