# What every target of cortexpr has in common. Nothing here reaches the targets of a user.

# Language level, warnings and include folder of one of our own targets.
function(cortexpr_target_defaults target)
  target_compile_features(${target} PUBLIC cxx_std_20)
  # What a source instantiates of LibTorch's and the standard library's templates is most of its time: once for eight.
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF UNITY_BUILD ${CORTEXPR_UNITY} UNITY_BUILD_BATCH_SIZE 8)
  # By hand and not by CMake's property, which takes -fPIE for programs: they could not share the libraries'
  # precompiled header.
  target_compile_options(${target} PRIVATE -fPIC ${CORTEXPR_WARNINGS})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # Precompiled headers are cached by ccache only if the compiler marks them in its preprocessed output.
    target_compile_options(${target} PRIVATE -fpch-preprocess)
  endif()
endfunction()

# For code whose speed doesn't matter: it spares a quarter of the compiler's time.
set(CORTEXPR_LITTLE_OPTIMISED $<$<CONFIG:Release>:-O1>)

# cortexpr_share_precompiled(<target> [OPTIMISED]): a target with LibTorch's headers has the precompiled ones of one of our
# libraries. With it comes the library's level of optimisation, which GCC takes from there whatever the command line says.
function(cortexpr_share_precompiled target)
  cmake_parse_arguments(PARSE_ARGV 1 share "OPTIMISED" "" "")
  # They fit only what is compiled with the library's -fPIC; executables would get -fPIE.
  set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
  if(share_OPTIMISED)
    target_precompile_headers(${target} REUSE_FROM cortexpr_torch)
  else()
    target_compile_options(${target} PRIVATE ${CORTEXPR_LITTLE_OPTIMISED})
    target_precompile_headers(${target} REUSE_FROM cortexpr_commands)
  endif()
endfunction()

set(CORTEXPR_WARNINGS -Wall -Wextra -Wpedantic -Woverloaded-virtual)
if(CORTEXPR_WARNINGS_AS_ERRORS)
  list(APPEND CORTEXPR_WARNINGS -Werror)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # False alarms on `"text" + std::string` at -O2 and above, of one kind or the other as it happens to be inlined: GCC bug
  # 105651, mended in GCC 13.
  list(APPEND CORTEXPR_WARNINGS -Wno-restrict -Wno-stringop-overflow)
endif()

if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # libstdc++ before 13 calls what it says is deprecated, for std::stable_sort.
  list(APPEND CORTEXPR_WARNINGS -Wno-deprecated-declarations)
endif()

# cortexpr_require(<CMake package> <Debian package> [CONFIG]): finds it, or names the command that brings it.
macro(cortexpr_require package debian_package)
  find_package(${package} QUIET ${ARGN})
  if(NOT ${package}_FOUND)
    message(FATAL_ERROR "cortexpr: ${package} is missing; run cmake/setup (or apt-get install ${debian_package}).")
  endif()
endmacro()
