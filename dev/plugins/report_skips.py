"""A pytest plugin: in CI, a skipped test fails the run."""

import os

import pytest


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI", "").lower() in ("1", "true") and reporter.stats.get("skipped"):
        reporter.ensure_newline()
        reporter.write_line("no test may be skipped in CI")
        session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED
