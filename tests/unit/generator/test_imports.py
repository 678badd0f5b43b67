"""Importing the package costs nothing; its names load on use."""

from __future__ import annotations

import subprocess
import sys

import pytest

import generator

HEAVY = ("numpy", "torch", "cv2", "diffusers", "transformers")


def test_the_package_loads_nothing_heavy() -> None:
    script = f"import sys, generator; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("name", generator.__all__)
def test_every_public_name_exists(name: str) -> None:
    assert getattr(generator, name).__name__ == name


def test_another_name_does_not() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Oracle'"):
        generator.Oracle  # noqa: B018  # the access is the test


def test_planning_with_the_embedded_generator_needs_no_torch() -> None:
    script = (
        "import sys, generator\n"
        "generator.EmbeddedGenerator.load().plan('dots', ['#ffffff', '#000000'], 1, 128)\n"
        "print([name for name in ('torch', 'diffusers', 'transformers') if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
