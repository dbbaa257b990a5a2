"""Translates what people type behind ``test`` into arguments of pytest."""

import re
from pathlib import Path

from dev.output import Problem

TAG = re.compile(
    r"(?:/(?P<module>\w+)(?P<file>(?:/\w+)+\.py)?)?(?::(?P<test_class>\w+))?(?:\.(?P<method>\w+))?"
)
TAKES_VALUE = {"-k", "-m", "-o", "-p", "-r", "-W", "-n"}


def translate(arguments, checkout, linked):
    """Return pytest's arguments for the addon's tests.

    Paths of the checkout become paths below ``linked``, where Odoo sees it; Odoo's test tags
    (``/serialized_parts:TestClass.test_method``, also behind ``--test-tags``) become node ids; the rest is pytest's.
    Without a path all tests are meant.
    """
    nodes, options = [], []
    previous = ""
    for argument in arguments:
        if argument == "--test-tags":
            pass
        elif previous in TAKES_VALUE:
            options.append(argument)
        elif previous == "--test-tags" or argument.startswith("--test-tags="):
            _add_tags(argument.removeprefix("--test-tags="), checkout, nodes, options)
        elif path := _path(argument, checkout):
            nodes.append(path)
        elif argument[:1] in ("/", ":", "."):
            _add_tags(argument, checkout, nodes, options)
        else:
            options.append(argument)
        previous = argument
    return [*options, *(str(linked / node) for node in nodes or ["tests"])]


def _path(argument, checkout):
    """Return the argument as a path relative to the checkout (with its ``::`` part), or None."""
    name, separator, rest = argument.partition("::")
    path = checkout / name
    looks_like_path = name.endswith(".py") or "/" in name or name == "tests"
    if not looks_like_path or name.startswith("-") or not path.exists():
        return None
    relative = (
        path.resolve().relative_to(checkout) if path.resolve().is_relative_to(checkout) else None
    )
    return relative and f"{relative}{separator}{rest}"


def _add_tags(text, checkout, nodes, options):
    for tag in text.split(","):
        found = TAG.fullmatch(tag)
        if not found or not tag:
            raise Problem(
                f"can't translate the test tag {tag!r}: use /module:TestClass.test_method or pytest's options"
            )
        _, file, test_class, method = found.groups()
        if test_class:
            suffix = f"::{test_class}" + (f"::{method}" if method else "")
            files = [file.lstrip("/")] if file else files_with_class(test_class, checkout)
            nodes.extend(name + suffix for name in files)
        elif file:
            nodes.append(file.lstrip("/"))
        if method and not test_class:
            options.extend(("-k", method))


def files_with_class(test_class, checkout):
    """Return the test files that define a class, relative to the checkout; raise Problem when there is none."""
    definition = re.compile(rf"^class {test_class}\b", re.MULTILINE)
    paths = sorted(Path(checkout, "tests").rglob("*.py"))
    found = [
        str(path.relative_to(checkout)) for path in paths if definition.search(path.read_text())
    ]
    if not found:
        raise Problem(f"no test class {test_class} in tests/")
    return found
