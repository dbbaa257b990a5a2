"""Check that names in the code use no word from the last column of CONTRIBUTING.md's glossary."""

import ast
import re
import sys
from pathlib import Path

GLOSSARY = Path(__file__).parents[1] / "CONTRIBUTING.md"
ROW = re.compile(r"^\| (?P<use>.+?) +\|.*\| (?P<avoid>[a-z, ]+?) +\|$", re.MULTILINE)
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
#: Existing databases use these names, so they stay.
STORED = {"_serial_places_index", "_serial_alike_index"}


def main(paths):
    """Print each name with a word to avoid; return whether there is one."""
    rows = ROW.finditer(GLOSSARY.read_text())
    better = {word: row["use"] for row in rows for word in row["avoid"].split(", ")}
    found = [line for path in paths for line in check(Path(path), better)]
    print("\n".join(found))
    return bool(found)


def check(path, better):
    """Yield a line for each name in a Python file that has a word in *better*, ``{word to avoid: word to use}``."""
    for node in ast.walk(ast.parse(path.read_text())):
        name = _name(node)
        words = {word.lower().removesuffix("s") for word in WORD.findall(name)}
        for word in words & better.keys() if name not in STORED else ():
            yield f"{path}:{node.lineno}: {name}: not {word}, but {better[word]}"


def _name(node):
    """Return the name that a node of the syntax tree defines, or an empty text."""
    match node:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.arg(arg=name):
            return name
        case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
            return name
    return ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
