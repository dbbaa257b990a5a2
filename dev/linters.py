"""The linters: each takes whether to repair and returns whether all is well, its findings printed."""

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from dev import addon, cache, node_env, process, python_env

PRETTIER_SUFFIXES = (".xml", ".js", ".css", ".scss", ".json", ".yml", ".yaml", ".md")
NOT_PRETTY = {"package-lock.json"}  # npm's own form


def ruff(fix):
    """Check and format Python."""
    check = _python(
        "ruff",
        "check",
        "--no-cache",
        "--quiet",
        "--output-format=concise",
        *(["--fix"] if fix else []),
        ".",
    )
    return (
        _python("ruff", "format", "--no-cache", "--quiet", *([] if fix else ["--diff"]), ".")
        and check
    )


def pylint(_fix):
    """Check Odoo's guidelines with pylint-odoo."""
    return _check_copy("pylint", f"--rcfile={addon.CHECKOUT / '.pylintrc'}")


def oca(_fix):
    """Check XML ids, CSV files and views with the pre-commit hooks of the OCA."""
    # The XML declaration is up to people, as everything is UTF-8; the README is Markdown.
    return _check_copy(
        "oca-checks-odoo-module", "--disable=prefer-readme-rst,xml-header-missing,xml-header-wrong"
    )


def prettier(fix):
    """Check the form of XML, JavaScript, styles, YAML and Markdown."""
    paths = _files(PRETTIER_SUFFIXES)
    env, folder = node_env.ensure()
    plugin = folder / "node_modules/@prettier/plugin-xml/src/plugin.js"
    options = ["--config", folder / "prettierrc.json", "--plugin", plugin, "--log-level", "warn"]
    return _node(
        "prettier/bin/prettier.cjs", [*options, "--write" if fix else "--check"], paths, env, folder
    )


def eslint(fix):
    """Check JavaScript."""
    env, folder = node_env.ensure()
    options = ["--config", folder / "eslint.config.js", *(["--fix"] if fix else [])]
    return _node("eslint/bin/eslint.js", options, _files((".js",)), env, folder)


LINTERS = {"ruff": ruff, "pylint": pylint, "oca": oca, "prettier": prettier, "eslint": eslint}


def _files(suffixes):
    return [
        path for path in addon.files() if path.suffix in suffixes and path.name not in NOT_PRETTY
    ]


def _python(program, *arguments):
    return not process.show([_environment() / "bin" / program, *arguments], cwd=addon.CHECKOUT)


def _environment():
    return python_env.ensure("lint", "installing the Python linters")


def _check_copy(program, *arguments):
    """Run a linter on a copy of the addon under its technical name.

    The checkout's folder may have another name, and the OCA's hooks look for addons only below the top of a repository.
    """
    command = [str(_environment() / "bin" / program), *arguments, addon.NAME]
    env = {**os.environ, "PYLINTHOME": str(cache.folder("pylint")), "PYTHONDONTWRITEBYTECODE": "1"}
    with tempfile.TemporaryDirectory() as folder:
        for path in addon.files():
            if path.parts[0] != "dev":
                target = Path(folder, addon.NAME, path)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(addon.CHECKOUT / path, target)
        done = subprocess.run(
            command,
            check=False,
            cwd=folder,
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        print(re.sub(rf"\S*{addon.NAME}/", "", done.stdout), end="")
    return not done.returncode


def _node(program, options, paths, env, folder):
    if not paths:
        return True
    script = folder / "node_modules" / program
    return not process.show(["node", script, *options, *paths], cwd=addon.CHECKOUT, env=env)
