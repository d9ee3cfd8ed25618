"""The one plugin of the test suite: `pytest --cases FOLDER`."""

pytest_plugins = ["tests.cases.plugin"]
