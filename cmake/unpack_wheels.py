"""Takes out of the PyPI wheels of torch and pyarrow what a C++ program needs. Called by cmake/setup.

    unpack_wheels.py requirements TORCH_WHEEL yes|no     the wheels that torch's libraries need beside it, one a line
    unpack_wheels.py unpack WHEELS_FOLDER INTO yes|no    unpacks all wheels of a folder

The last argument says whether the CUDA part is wanted. Needs the standard library only.
"""

import fnmatch
import re
import sys
import zipfile
from pathlib import Path

# Python's side of torch is left out, and so is CUDA's unless it is wanted.
WANTED = ["torch/lib/*.so*", "torch/include/*", "torch/share/cmake/*", "nvidia/*/lib/*.so*", "*.dist-info/*",
          "pyarrow/include/*", "pyarrow/libarrow.so*", "pyarrow/libparquet.so*"]
CUDA_ONLY = ["torch/lib/libtorch_cuda*", "torch/lib/libc10_cuda*", "torch/lib/libcaffe2_nvrtc*", "torch/lib/libtorch_nvshmem*"]
PYTHON_ONLY = ["torch/lib/libtorch_python*", "torch/lib/libshm*"]


def requirements(wheel: Path, with_cuda: bool) -> list[str]:
    """What to ask pip for: the CUDA runtime and profiler libraries alone, or all that torch_cuda needs. Wheels name them
    as parts of cuda-toolkit, older ones one by one."""
    with zipfile.ZipFile(wheel) as archive:
        metadata = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        lines = archive.read(metadata).decode().splitlines()
    found = []
    for line in lines:
        toolkit = re.match(r"Requires-Dist: cuda-toolkit\[(?P<parts>[^]]*)\](?P<version>[^;]*)", line)
        companion = re.match(r"Requires-Dist: (?P<requirement>nvidia-[^;]*)", line)
        if toolkit:
            parts = toolkit["parts"] if with_cuda else "cudart,cupti"
            found.append(f"cuda-toolkit[{parts}]{toolkit['version'].strip()}")
        elif companion and (with_cuda or re.match("nvidia-cuda-(runtime|cupti)", companion["requirement"])):
            found.append(companion["requirement"].strip())
    return found


def is_wanted(name: str, with_cuda: bool) -> bool:
    def matches(patterns: list[str]) -> bool:
        return any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)

    return matches(WANTED) and not matches(PYTHON_ONLY) and (with_cuda or not matches(CUDA_ONLY))


def unpack(wheels: Path, into: Path, with_cuda: bool) -> None:
    for wheel in sorted(wheels.glob("*.whl")):
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(into, [name for name in archive.namelist() if is_wanted(name, with_cuda)])
        wheel.unlink()


def main() -> None:
    with_cuda = sys.argv[-1] == "yes"
    if sys.argv[1] == "requirements":
        for requirement in requirements(Path(sys.argv[2]), with_cuda):
            print(requirement)
    else:
        unpack(Path(sys.argv[2]), Path(sys.argv[3]), with_cuda)


if __name__ == "__main__":
    main()
