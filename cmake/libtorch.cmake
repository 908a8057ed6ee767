# Locates LibTorch by its files and makes the imported target `cortexpr_libtorch`.
#
# LibTorch's own package file is not used: on the CUDA build it asks for a CUDA toolkit, which neither building nor
# running cortexpr on a CPU needs. cortexpr links torch_cpu and c10; torch_cuda is loaded at run time where it exists.
#
# Looked for, in this order, in both layouts (the official archive's and that of Python's site-packages/torch):
#   1. Torch_DIR (variable or environment): the folder of LibTorch's TorchConfig.cmake
#   2. every folder of CMAKE_PREFIX_PATH (variable or environment)
#   3. the cache that cmake/setup fills: ${CORTEXPR_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/cortexpr}
# Older than 2.11 is refused: c10::Stream has no native_handle there, and until 2.9 no precision for each operation.
# tests/libtorch_range.sh builds against the oldest and the newest version.
#
# Sets CORTEXPR_LIBTORCH_ROOT, CORTEXPR_LIBTORCH_VERSION, CORTEXPR_LIBTORCH_INCLUDES and CORTEXPR_LIBTORCH_CUDA (whether
# torch_cuda is there).

# The folder of this LibTorch under `prefix`, or empty.
function(cortexpr_libtorch_under prefix result)
  set(${result} "" PARENT_SCOPE)
  cmake_path(NORMAL_PATH prefix)
  string(REGEX REPLACE "/$" "" prefix "${prefix}")
  file(GLOB places LIST_DIRECTORIES true "${prefix}" "${prefix}/torch" "${prefix}/lib/python3*/site-packages/torch")
  foreach(place IN LISTS places)
    if(EXISTS "${place}/lib/libtorch_cpu.so" AND EXISTS "${place}/include/torch/csrc/api/include/torch/torch.h")
      set(${result} "${place}" PARENT_SCOPE)
      return()
    endif()
  endforeach()
endfunction()

include(${CMAKE_CURRENT_LIST_DIR}/cache.cmake)

function(cortexpr_find_libtorch result)
  set(torch_dir "${Torch_DIR}")
  if(NOT torch_dir)
    set(torch_dir "$ENV{Torch_DIR}")
  endif()
  if(torch_dir)
    cortexpr_libtorch_under("${torch_dir}/../../.." root)
    if(NOT root)
      message(FATAL_ERROR "cortexpr: Torch_DIR is ${torch_dir}, but three folders up there is no LibTorch "
                          "(lib/libtorch_cpu.so and include/torch); point it at <LibTorch>/share/cmake/Torch.")
    endif()
    set(${result} "${root}" PARENT_SCOPE)
    return()
  endif()

  string(REPLACE ":" ";" prefixes "$ENV{CMAKE_PREFIX_PATH}")
  cortexpr_cache(cache)
  foreach(prefix IN LISTS CMAKE_PREFIX_PATH prefixes ITEMS "${cache}/libtorch-2.11.0")
    if(prefix)
      cortexpr_libtorch_under("${prefix}" root)
      if(root)
        set(${result} "${root}" PARENT_SCOPE)
        return()
      endif()
      # Else another LibTorch would be taken in silence in place of the one that was meant: one without CUDA, perhaps.
      if(NOT prefix STREQUAL "${cache}/libtorch-2.11.0"
         AND (EXISTS "${prefix}/../lib/libtorch_cpu.so" OR NOT EXISTS "${prefix}"))
        message(WARNING "cortexpr: CMAKE_PREFIX_PATH names ${prefix}, where there is no LibTorch; give the folder that holds its "
                        "lib and include, or leave it out.")
      endif()
    endif()
  endforeach()
  message(FATAL_ERROR "cortexpr: LibTorch is missing; run cmake/setup in cortexpr's clone (it brings version 2.11.0 into "
                      "${cache}), point CMAKE_PREFIX_PATH at a LibTorch you have, or, for declarations alone, ask for "
                      "find_package(cortexpr COMPONENTS dsl).")
endfunction()

function(cortexpr_libtorch_version root result)
  foreach(header IN ITEMS torch/headeronly/version.h torch/csrc/api/include/torch/version.h)
    if(EXISTS "${root}/include/${header}")
      file(STRINGS "${root}/include/${header}" lines REGEX "^#define TORCH_VERSION_(MAJOR|MINOR|PATCH) [0-9]+")
      string(REGEX MATCHALL "[0-9]+" numbers "${lines}")
      list(LENGTH numbers count)
      if(count EQUAL 3)
        list(JOIN numbers "." version)
        set(${result} "${version}" PARENT_SCOPE)
        return()
      endif()
    endif()
  endforeach()
  message(FATAL_ERROR "cortexpr: the LibTorch in ${root} does not say its version (torch/version.h); "
                      "run cmake/setup for one that is known to work.")
endfunction()

cortexpr_find_libtorch(CORTEXPR_LIBTORCH_ROOT)
cortexpr_libtorch_version("${CORTEXPR_LIBTORCH_ROOT}" CORTEXPR_LIBTORCH_VERSION)
if(CORTEXPR_LIBTORCH_VERSION VERSION_LESS 2.11)
  message(FATAL_ERROR "cortexpr: the LibTorch in ${CORTEXPR_LIBTORCH_ROOT} is ${CORTEXPR_LIBTORCH_VERSION}, older than 2.11; "
                      "run cmake/setup for 2.11.0, or point CMAKE_PREFIX_PATH at a newer one.")
endif()
set(CORTEXPR_LIBTORCH_INCLUDES "${CORTEXPR_LIBTORCH_ROOT}/include"
                               "${CORTEXPR_LIBTORCH_ROOT}/include/torch/csrc/api/include")
set(CORTEXPR_LIBTORCH_CUDA OFF)
if(EXISTS "${CORTEXPR_LIBTORCH_ROOT}/lib/libtorch_cuda.so")
  set(CORTEXPR_LIBTORCH_CUDA ON)
endif()
# A find_package(Torch) that follows in the same project finds the same one, unless its package file is that of the CUDA
# build without the CUDA libraries, with which it can't work.
set(cortexpr_libtorch_targets "${CORTEXPR_LIBTORCH_ROOT}/share/cmake/Caffe2/Caffe2Targets.cmake")
set(cortexpr_libtorch_asks_cuda "")
if(EXISTS "${cortexpr_libtorch_targets}")
  file(STRINGS "${cortexpr_libtorch_targets}" cortexpr_libtorch_asks_cuda REGEX "c10_cuda" LIMIT_COUNT 1)
endif()
if(NOT Torch_DIR AND EXISTS "${CORTEXPR_LIBTORCH_ROOT}/share/cmake/Torch/TorchConfig.cmake"
   AND (CORTEXPR_LIBTORCH_CUDA OR NOT cortexpr_libtorch_asks_cuda))
  set(Torch_DIR "${CORTEXPR_LIBTORCH_ROOT}/share/cmake/Torch")
endif()

# Up to version 2.6 some builds used the old string of the standard library.
set(cortexpr_libtorch_config "${CORTEXPR_LIBTORCH_ROOT}/share/cmake/Torch/TorchConfig.cmake")
if(EXISTS "${cortexpr_libtorch_config}")
  file(STRINGS "${cortexpr_libtorch_config}" cortexpr_libtorch_old_string REGEX "-D_GLIBCXX_USE_CXX11_ABI=0")
  if(cortexpr_libtorch_old_string)
    message(FATAL_ERROR "cortexpr: the LibTorch in ${CORTEXPR_LIBTORCH_ROOT} was built for the pre-C++11 string, which "
                        "does not link with this compiler's; take its \"cxx11 ABI\" build, or run cmake/setup.")
  endif()
endif()

if(NOT TARGET cortexpr_libtorch)
  find_package(Threads REQUIRED)
  add_library(cortexpr_libtorch INTERFACE IMPORTED GLOBAL)
  # Searched after all others, because the wheel's folder holds more than LibTorch: its fmt is not the one we link. Such
  # folders count as system folders: LibTorch's warnings are not ours.
  foreach(folder IN LISTS CORTEXPR_LIBTORCH_INCLUDES)
    target_compile_options(cortexpr_libtorch INTERFACE "SHELL:-idirafter \"${folder}\"")
  endforeach()
  target_link_libraries(
    cortexpr_libtorch INTERFACE "${CORTEXPR_LIBTORCH_ROOT}/lib/libtorch_cpu.so" "${CORTEXPR_LIBTORCH_ROOT}/lib/libc10.so"
                                Threads::Threads ${CMAKE_DL_LIBS})
  message(STATUS "LibTorch ${CORTEXPR_LIBTORCH_VERSION} in ${CORTEXPR_LIBTORCH_ROOT} (torch_cuda: ${CORTEXPR_LIBTORCH_CUDA})")
endif()
