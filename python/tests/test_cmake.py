"""CMake's cortexpr_python_module makes a module that Python imports."""

from __future__ import annotations

import importlib
import shutil
import subprocess
from pathlib import Path

import pytest
import torch

import cortexpr
from conftest import DIGITS, PAIR

ROOT = Path(__file__).parents[2]


def test_a_module_from_cmake(tmp_path, monkeypatch):
    if not shutil.which("cmake"):
        pytest.skip("no CMake here")
    begin = "#pragma once\n#include <cortexpr/dsl.hpp>\nusing namespace cortexpr;\n"
    (tmp_path / "digits.hpp").write_text(f"{begin}{DIGITS}")
    (tmp_path / "pair.hpp").write_text(f"{begin}namespace pairs {{ {PAIR} }}\n")
    (tmp_path / "CMakeLists.txt").write_text(f"""
cmake_minimum_required(VERSION 3.25)
project(mine CXX)
add_library(cortexpr_dsl INTERFACE)
add_library(cortexpr::dsl ALIAS cortexpr_dsl)
target_compile_features(cortexpr_dsl INTERFACE cxx_std_20)
target_include_directories(cortexpr_dsl INTERFACE {ROOT}/include)
include({ROOT}/cmake/python_module.cmake)
cortexpr_python_module(digits Digits)
cortexpr_python_module(networks pairs::Pair V1 HEADERS pair.hpp digits.hpp)
""")
    build = tmp_path / "build"
    for command in (["cmake", "-S", tmp_path, "-B", build], ["cmake", "--build", build]):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    monkeypatch.syspath_prepend(build)
    assert importlib.import_module("digits").Digits is cortexpr.declare(DIGITS)
    networks = importlib.import_module("networks")
    assert networks.Pair.__name__ == "Pair" and networks.V1.input_shape == (1, 8, 8)
    assert networks.Pair(seed=1)(torch.rand(1, 2, 9, 7), 2).shape == (1, 2, 5, 4)
