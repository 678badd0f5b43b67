"""What can go wrong with the benchmark itself; an attack or a system that fails on a picture is a result."""

from __future__ import annotations


class BenchmarkError(RuntimeError):
    """Any of these."""

    code = "benchmark"


class MissingPackageError(BenchmarkError):
    """A package that only the benchmark needs is not installed."""

    code = "package-missing"

    def __init__(self, package: str, without: str) -> None:
        super().__init__(
            f"{package} is not installed; {without}. To have it: pip install -c constraints.txt '.[bench]', "
            "then pip install -c constraints.txt --no-deps blind-watermark"
        )


class ReportError(BenchmarkError):
    """There is nothing to report."""

    code = "nothing-to-report"
