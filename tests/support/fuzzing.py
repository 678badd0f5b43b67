"""How tests that try many inputs run: the same ones every time, however slow the machine is."""

from __future__ import annotations

from hypothesis import HealthCheck, settings


def fuzzed(most: int) -> settings:
    """Decorates a property that is tried on up to `most` inputs."""
    return settings(
        max_examples=most, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
