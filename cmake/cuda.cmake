# libcortexpr_cuda.so: the CUDA kernels, built where nvcc is. Nothing links it; the engine loads it at run time, so that
# one build serves machines with and without a GPU. By nvcc's command line and not as a CMake language: the kernels need
# neither a CUDA toolkit's CMake package nor a GPU to compile.
set(CORTEXPR_CUDA AUTO CACHE STRING "Build the CUDA kernels: AUTO (where nvcc is found), ON or OFF")
set_property(CACHE CORTEXPR_CUDA PROPERTY STRINGS AUTO ON OFF)
if(NOT CORTEXPR_CUDA)
  return()
endif()

find_program(CORTEXPR_NVCC nvcc HINTS ENV CUDA_PATH ENV CUDA_HOME PATHS /usr/local/cuda PATH_SUFFIXES bin)
mark_as_advanced(CORTEXPR_NVCC)
if(NOT CORTEXPR_NVCC)
  if(NOT CORTEXPR_CUDA STREQUAL "AUTO")
    message(FATAL_ERROR "cortexpr: CORTEXPR_CUDA is ${CORTEXPR_CUDA}, but nvcc is not found; name it with -DCORTEXPR_NVCC=, "
                        "or leave the CUDA kernels out with -DCORTEXPR_CUDA=OFF.")
  endif()
  return()
endif()

cmake_path(GET CMAKE_CURRENT_LIST_DIR PARENT_PATH cuda_root)  # bench/gpu includes this file, too
# Ampere and Hopper, and PTX for what comes after them: most kernels use nothing beyond sm_80, the sized ones copy in bulk,
# as Hopper and later GPUs can.
set(nvcc_all -gencode arch=compute_80,code=[sm_80,compute_80] -gencode arch=compute_90a,code=sm_90a)
set(nvcc_hopper -gencode arch=compute_90,code=[sm_90,compute_90])
set(nvcc_flags
    -std=c++20 -O3 --expt-relaxed-constexpr -I${cuda_root}/include -I${PROJECT_BINARY_DIR}/cuda
    -Xcompiler=-fPIC,-fvisibility=hidden,-Wall,-Wextra)
if(CORTEXPR_WARNINGS_AS_ERRORS)
  list(APPEND nvcc_flags -Werror=all-warnings)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  list(APPEND nvcc_flags -ccbin ${CMAKE_CXX_COMPILER})
endif()

set(cuda_folder ${PROJECT_BINARY_DIR}/cuda)
file(MAKE_DIRECTORY ${cuda_folder})
set(sized_source ${cuda_folder}/sized_source.inc)
# The sized kernels' headers, each after those that it needs.
set(sized_headers
    src/kernels/cuda/sized/nvrtc_prelude.cuh
    include/cortexpr/numbers/activation.hpp
    include/cortexpr/numbers/on_chip_layout.hpp
    src/kernels/pointwise_math.hpp
    src/kernels/bfloat16.hpp
    src/kernels/cuda/bfloat16.hpp
    src/kernels/cuda/channel_blocks.hpp
    src/kernels/cuda/maxima.hpp
    src/kernels/cuda/sized/shape.hpp
    src/kernels/cuda/sized/threads.hpp
    src/kernels/cuda/sized/device_threads.hpp
    src/kernels/cuda/sized/job.hpp
    src/kernels/cuda/sized/maps.hpp
    src/kernels/cuda/sized/pack.hpp
    src/kernels/cuda/sized/forward.hpp
    src/kernels/cuda/sized/backward.hpp
    src/kernels/cuda/sized/sums.hpp
    src/kernels/cuda/sized/kernels.cuh
    src/kernels/cuda/sized/nvrtc_kernels.cuh)
list(TRANSFORM sized_headers PREPEND ${cuda_root}/)
add_custom_command(
  OUTPUT ${sized_source}
  COMMAND ${CMAKE_COMMAND} "-DHEADERS=${sized_headers}" -DOUT=${sized_source} -P
          ${cuda_root}/src/kernels/cuda/sized/source.cmake
  DEPENDS ${cuda_root}/src/kernels/cuda/sized/source.cmake ${sized_headers}
  COMMENT "Joining the sized kernels' source"
  VERBATIM)
foreach(path IN ITEMS library head merging on_chip pointwise sparse update sized/built_in sized/compiled)
  cmake_path(GET path FILENAME name)
  set(flags ${nvcc_flags})
  if(path MATCHES "on_chip|sized/")
    # Their numbers are rounded to bfloat16: fast exponentials lose nothing.
    list(APPEND flags --use_fast_math)
  endif()
  if(path MATCHES "sized/")
    list(APPEND flags ${nvcc_hopper})
  else()
    list(APPEND flags ${nvcc_all})
  endif()
  set(source ${cuda_root}/src/kernels/cuda/${path}.cu)
  set(object ${cuda_folder}/${name}.o)
  add_custom_command(
    OUTPUT ${object}
    COMMAND ${CMAKE_CXX_COMPILER_LAUNCHER} ${CORTEXPR_NVCC} ${flags} -MD -MF ${object}.d -c ${source} -o ${object}
    DEPENDS ${source} $<$<STREQUAL:${name},compiled>:${sized_source}>
    DEPFILE ${object}.d
    COMMENT "Building CUDA object ${name}.o"
    VERBATIM)
  list(APPEND cuda_objects ${object})
endforeach()

set(cuda_symbols ${cuda_root}/src/kernels/cuda/library.map)
# Beside the programs, where it is looked for.
if(CMAKE_RUNTIME_OUTPUT_DIRECTORY)
  file(MAKE_DIRECTORY ${CMAKE_RUNTIME_OUTPUT_DIRECTORY})
  set(CORTEXPR_CUDA_LIBRARY ${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/libcortexpr_cuda.so)
else()
  set(CORTEXPR_CUDA_LIBRARY ${cuda_folder}/libcortexpr_cuda.so)
endif()
add_custom_command(
  OUTPUT ${CORTEXPR_CUDA_LIBRARY}
  COMMAND ${CORTEXPR_NVCC} -shared -cudart static -Xlinker --version-script=${cuda_symbols} ${cuda_objects} -o
          ${CORTEXPR_CUDA_LIBRARY}
  DEPENDS ${cuda_objects} ${cuda_symbols}
  COMMENT "Linking libcortexpr_cuda.so"
  VERBATIM)
add_custom_target(cortexpr_cuda ALL DEPENDS ${CORTEXPR_CUDA_LIBRARY})
install(FILES ${CORTEXPR_CUDA_LIBRARY} DESTINATION ${CMAKE_INSTALL_LIBDIR} OPTIONAL)
