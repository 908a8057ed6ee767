"""What cmake/unpack_wheels.py asks pip for beside torch's own wheel: unpack_wheels_test.py SOURCE_DIR"""

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

SCRIPT = Path(sys.argv[1]) / "cmake" / "unpack_wheels.py"

TOOLKIT = "Requires-Dist: cuda-toolkit[cublas,cudart,cupti]==13.0.2; platform_system == \"Linux\"\n"
ONE_BY_ONE = (
    "Requires-Dist: filelock\n"
    "Requires-Dist: nvidia-cuda-nvrtc-cu12==12.8.93; platform_system == \"Linux\"\n"
    "Requires-Dist: nvidia-cuda-runtime-cu12==12.8.90; platform_system == \"Linux\"\n"
    "Requires-Dist: nvidia-cuda-cupti-cu12==12.8.90; platform_system == \"Linux\"\n"
)

CASES = [
    (TOOLKIT, "no", ["cuda-toolkit[cudart,cupti]==13.0.2"]),
    (TOOLKIT, "yes", ["cuda-toolkit[cublas,cudart,cupti]==13.0.2"]),
    (ONE_BY_ONE, "no", ["nvidia-cuda-runtime-cu12==12.8.90", "nvidia-cuda-cupti-cu12==12.8.90"]),
    (ONE_BY_ONE, "yes", ["nvidia-cuda-nvrtc-cu12==12.8.93", "nvidia-cuda-runtime-cu12==12.8.90",
                         "nvidia-cuda-cupti-cu12==12.8.90"]),
    ("Requires-Dist: filelock\n", "no", []),
]

failures = 0
with tempfile.TemporaryDirectory() as folder:
    for number, (metadata, with_cuda, expected) in enumerate(CASES):
        wheel = Path(folder) / f"torch-{number}.whl"
        with zipfile.ZipFile(wheel, "w") as archive:
            archive.writestr("torch-1.dist-info/METADATA", metadata)
        run = subprocess.run([sys.executable, SCRIPT, "requirements", wheel, with_cuda], capture_output=True, text=True,
                             check=True)
        if run.stdout.splitlines() != expected:
            print(f"case {number}: {run.stdout.splitlines()}, expected {expected}")
            failures += 1
sys.exit(1 if failures else 0)
