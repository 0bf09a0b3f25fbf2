from tests.launcher.test_logs import captured  # noqa: F401  (what the console of production would show)
