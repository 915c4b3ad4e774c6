"""What every Python test can ask for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# No window opens, and no example fails for being slow on a busy machine.
os.environ.setdefault("MPLBACKEND", "Agg")
settings.register_profile("essor", deadline=None, derandomize=True)
settings.load_profile("essor")


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the top folder of the checkout."""
    return Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def cpp_examples(root: Path) -> Path:
    """Return the folder of the built C++ examples; without them the test is skipped, and says so."""
    folder = Path(os.environ.get("ESSOR_CPP_EXAMPLES", root / "build" / "package" / "examples"))
    if not folder.is_dir():
        pytest.skip("the C++ examples are not built: run tests/run, or set ESSOR_CPP_EXAMPLES to their folder")
    return folder


@pytest.fixture(scope="session")
def evaluation_data() -> Path:
    """Return the folder of evaluation data, which is not part of the project; without it the test is skipped."""
    folder = os.environ.get("ESSOR_EVALUATION_DATA")
    if not folder:
        pytest.skip("ESSOR_EVALUATION_DATA is not set")
    return Path(folder)
