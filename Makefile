# Short names for the usual steps; the work is done by cmake/setup and the CMake presets.
JOBS ?= $(shell nproc)
ARGS ?=
PROGRAMS := build/release/bin

help:
	@echo "make demo                 set up what is missing, train the example on handwritten digits (ARGS=... for digits train)"
	@echo "make test                 set up what is missing, build and run every test"
	@echo "make python               set up an environment for the Python package in build/python, install it there, run its tests;"
	@echo "                          make python-package does all but the tests, which are part of make test from then on"
	@echo "make docs                 the documentation site, with the API pages, into build/site/html"
	@echo "make sanitize             those unit tests that need no LibTorch, under address and undefined-behaviour sanitizers"
	@echo "make sanitize-torch       the others, but for a few (an hour)"
	@echo "make fuzz                 the readers of files for a minute each under libFuzzer (ARGS=... for tests/fuzz/fuzz.sh)"
	@echo "make bench REFERENCE=DIR  time a training step against the reference's in DIR (PYTHON=... is one that can import it,"
	@echo "                          ARGS=... for bench/run.py); make bench-table does it over sizes"
	@echo "make tidy                 clang-tidy over the code that needs no LibTorch; make tidy-torch over the rest (half an hour)"
	@echo "make format               clang-format over all code; format-check only says what it would change"
	@echo "make clean                remove build/ (not the LibTorch in the cache)"

# 10,000 digits make few batches of the default size, 256, and short epochs. What ARGS says goes before.
demo_settings = $(if $(findstring --batch,$(ARGS)),,--batch 64) $(if $(findstring --epochs,$(ARGS)),,--epochs 15)
demo:
	@cmake/setup
	@cmake --preset release -DCORTEXPR_TESTS=OFF --log-level=WARNING >/dev/null
	@cmake --build --preset release -j $(JOBS) --target digits
	@$(PROGRAMS)/digits train $(if $(findstring --resume,$(ARGS)),,$(demo_settings)) $(ARGS)

test:
	@cmake/setup --tests
	@cmake --preset release -DCORTEXPR_TESTS=ON --log-level=WARNING >/dev/null
	@cmake --build --preset release -j $(JOBS)
	@ctest --preset release -j $$(($(JOBS) + 1))  # tests wait for programs that they start

# With the torch of cmake/setup, and so from the objects of `make test`. TORCH=... asks pip for another one. What stands in the
# last line of packages is for `make test`, which holds files to the programs whose formats they are where it finds them.
TORCH ?= torch==2.11.0
PYTHON3 ?= python3
python: python-package
	@build/python/bin/python -m pytest -n $(JOBS)

python-package:
	@cmake/setup
	@test -x build/python/bin/python || $(PYTHON3) -m venv build/python
	@build/python/bin/pip install --quiet --disable-pip-version-check "$(TORCH)" numpy pytest pytest-xdist safetensors ipython \
	  nbclient ipykernel matplotlib lightning cmake \
	  h5py onnxruntime tensorboard
	@cmake --preset release -DCORTEXPR_PYTHON_PACKAGE=ON -DPython_EXECUTABLE=$(CURDIR)/build/python/bin/python --log-level=WARNING >/dev/null
	@cmake --build --preset release -j $(JOBS) --target cortexpr_engine
	@cmake --install build/release --component python \
	  --prefix $$(build/python/bin/python -c "import sysconfig; print(sysconfig.get_path('platlib'))") >/dev/null

# Into an environment of its own; once its packages are there, without a network.
docs:
	@cmake/setup --docs
	@test -x build/site/venv/bin/python || $(PYTHON3) -m venv build/site/venv
	@build/site/venv/bin/pip install --quiet --disable-pip-version-check -r docs/site/requirements.txt
	@NO_MKDOCS_2_WARNING=1 build/site/venv/bin/mkdocs build --strict --quiet
	@echo "cortexpr: the site is in build/site/html (index.html)"

# Those unit tests that need no LibTorch: it isn't built with these checks itself. Clang takes half of GCC's time.
sanitize:
	@cmake/setup --tests
	@runtime=$$(clang++-19 -print-file-name=libclang_rt.asan-$$(uname -m).a 2>/dev/null); \
	  cmake --fresh --preset asan -DCORTEXPR_TESTS=ON $$([ -e "$$runtime" ] && echo -DCMAKE_CXX_COMPILER=clang++-19) --log-level=WARNING >/dev/null
	@cmake --build --preset asan -j $(JOBS)
	@ctest --preset asan -j $(JOBS)

# The others; half an hour to build, and longer to run. Cases that observe LibTorch's operations are left out: its release
# build doesn't write what its headers read in a debug build. Graphviz and fontconfig have faults of their own.
sanitize-torch: export ASAN_OPTIONS = detect_leaks=1:suppressions=$(CURDIR)/tests/unit/address_sanitizer.supp
sanitize-torch: export LSAN_OPTIONS = suppressions=$(CURDIR)/tests/unit/leak_sanitizer.supp:print_suppressions=0
sanitize-torch: export UBSAN_OPTIONS = print_stacktrace=1
sanitize-torch: export OMP_NUM_THREADS = 2
sanitize-torch: export OMP_WAIT_POLICY = passive
sanitize-torch:
	@cmake/setup --tests
	@cmake --preset asan -B build/asan-torch -DCORTEXPR_TESTS=ON --log-level=WARNING >/dev/null
	@cmake --build build/asan-torch -j $(JOBS) --target torch_tests solve_tests workbench_tests train_tests
	@cd build/asan-torch && bin/torch_tests '~[observed]' && bin/solve_tests && bin/workbench_tests && bin/train_tests

# A reader has a minute by the clock, two of them on each core: an input has two minutes there, since machines of CI share
# their cores, too. The seed is always the same: what passes here passes there.
fuzz:
	@cmake/setup --tests
	@command -v clang++-19 >/dev/null || { echo "cortexpr: make fuzz needs Debian's clang-19 and libclang-rt-19-dev"; exit 1; }
	@cmake --preset fuzz --log-level=WARNING >/dev/null
	@cmake --build --preset fuzz -j $(JOBS)
	@tests/fuzz/fuzz.sh build/fuzz --jobs $$((2 * $(JOBS))) --seed 1 --timeout 120 $(ARGS)

bench bench-table:
	@cmake/setup
	@cmake --preset release -DCORTEXPR_TESTS=OFF -DCORTEXPR_REFERENCE="$(abspath $(REFERENCE))" \
	  $(if $(PYTHON),-DCORTEXPR_REFERENCE_PYTHON="$(PYTHON)") -DCORTEXPR_BENCH_ARGUMENTS="$(ARGS)" --log-level=WARNING >/dev/null
	@cmake --build --preset release -j $(JOBS) --target $@

tidy tidy-torch format format-check:
	@cmake/setup
	@cmake --preset tidy --log-level=WARNING >/dev/null
	@cmake --build --preset tidy --target $@

clean:
	rm -rf build

.PHONY: help demo test python python-package docs sanitize sanitize-torch fuzz bench bench-table tidy tidy-torch format format-check clean
