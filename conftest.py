"""The plugins of the test suite: `pytest --cases FOLDER`, and which tests run on one worker."""

pytest_plugins = ["tests.cases.plugin", "tests.groups"]
