"""What `pip install .` builds with: the newest CMake, which isn't the one that the C++ tests are built with."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import cortexpr

ROOT = Path(__file__).parents[2]
NEWEST = Path(sys.executable).with_name("cmake")  # PyPI's
# Sources with headers from folders of their own, and no precompiled header.
SOURCES = ["picture", "hdf5_sink"]


@pytest.mark.skipif(not NEWEST.exists(), reason="needs the package cmake (make python)")
def test_compiles_under_the_newest_cmake(tmp_path):
    def run(*arguments):
        told = subprocess.run([NEWEST, *arguments], capture_output=True, text=True)
        assert told.returncode == 0, told.stdout + told.stderr

    run("-S", ROOT, "-B", tmp_path, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release", "-DCORTEXPR_PYTHON_PACKAGE=ON", "-DCORTEXPR_TESTS=OFF",
        "-DCORTEXPR_EXAMPLES=OFF", "-DSKBUILD=2", f"-DPython_EXECUTABLE={sys.executable}")
    objects = [f"src/CMakeFiles/cortexpr_commands.dir/workbench/{name}.cpp.o" for name in SOURCES]
    run("--build", tmp_path, "--target", *objects)


def test_says_its_version():
    project = next(line for line in (ROOT / "CMakeLists.txt").read_text().splitlines() if line.startswith("project("))
    assert project.startswith(f"project(cortexpr VERSION {cortexpr.__version__} ")
