# For the Python package: finds Python and its torch. Under pip the libraries are built with that torch's LibTorch; in another
# build tree with the one that cmake/libtorch.cmake finds, which must be of the same version: so the objects of C++ programs
# serve the module, too.
#
# Python is the one that runs pip, or on the path, or that Python_EXECUTABLE names. pip builds in an environment of its own
# that has no torch; the one that the package is for lies in the folder of site packages of the same Python.
#
# Sets CORTEXPR_PYTHON_TORCH.
find_package(Python 3.9 REQUIRED COMPONENTS Interpreter Development.Module)
if(NOT EXISTS "${CORTEXPR_PYTHON_TORCH}/lib/libtorch_python.so")
  execute_process(
    COMMAND "${Python_EXECUTABLE}" -c "import importlib.util, os, sysconfig
spec = importlib.util.find_spec('torch')
print(os.path.dirname(spec.origin) if spec else os.path.join(sysconfig.get_path('platlib'), 'torch'))"
    OUTPUT_VARIABLE cortexpr_python_torch OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  if(NOT EXISTS "${cortexpr_python_torch}/lib/libtorch_python.so")
    message(FATAL_ERROR "cortexpr: ${Python_EXECUTABLE} has no torch, which the package is built against; pip install torch, "
                        "and where pip builds elsewhere than in that environment, give it --no-build-isolation.")
  endif()
  set(CORTEXPR_PYTHON_TORCH "${cortexpr_python_torch}" CACHE PATH "Folder of Python's torch" FORCE)
endif()
if(SKBUILD AND NOT Torch_DIR)
  set(Torch_DIR "${CORTEXPR_PYTHON_TORCH}/share/cmake/Torch")
endif()
