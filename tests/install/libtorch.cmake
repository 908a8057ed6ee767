# The situations in which LibTorch is found or refused, each configured for real. The layouts are made of links into
# the LibTorch in use; none of them may call nvcc.
include(${CMAKE_CURRENT_LIST_DIR}/run.cmake)
file(REMOVE_RECURSE ${WORK_DIR})
set(ENV{CORTEXPR_CACHE} ${WORK_DIR}/empty)

# A LibTorch of links in `folder`. The libraries look for CUDA's small companions in ../../nvidia.
function(lay_out folder)
  cmake_path(GET folder PARENT_PATH parent)
  file(MAKE_DIRECTORY ${folder}/lib)
  file(GLOB libraries ${LIBTORCH}/lib/libtorch_cpu.so ${LIBTORCH}/lib/libc10.so ${LIBTORCH}/lib/libgomp*)
  foreach(library IN LISTS libraries)
    cmake_path(GET library FILENAME name)
    file(CREATE_LINK ${library} ${folder}/lib/${name} SYMBOLIC)
  endforeach()
  file(CREATE_LINK ${LIBTORCH}/include ${folder}/include SYMBOLIC)
  if(EXISTS ${LIBTORCH}/../nvidia)
    file(CREATE_LINK ${LIBTORCH}/../nvidia ${parent}/nvidia SYMBOLIC)
  endif()
endfunction()

set(cpu ${WORK_DIR}/archive/libtorch)  # as the official CPU archive unpacks
lay_out(${cpu})
set(site ${WORK_DIR}/python/lib/python3.11/site-packages)  # as pip installs the CUDA build
lay_out(${site}/torch)
file(TOUCH ${site}/torch/lib/libtorch_cuda.so)
file(CREATE_LINK ${LIBTORCH}/share ${site}/torch/share SYMBOLIC)
set(old ${WORK_DIR}/old/libtorch)
lay_out(${old})
file(REMOVE ${old}/include)
file(WRITE ${old}/include/torch/csrc/api/include/torch/torch.h "")
file(WRITE ${old}/include/torch/csrc/api/include/torch/version.h
     "#define TORCH_VERSION_MAJOR 2\n#define TORCH_VERSION_MINOR 10\n#define TORCH_VERSION_PATCH 0\n")
set(old_string ${WORK_DIR}/old_string/libtorch)
lay_out(${old_string})
file(WRITE ${old_string}/share/cmake/Torch/TorchConfig.cmake "set(TORCH_CXX_FLAGS \"-D_GLIBCXX_USE_CXX11_ABI=0\")\n")

# An nvcc that fails: without a usable toolkit, calling it at all would be the mistake.
file(WRITE ${WORK_DIR}/toolkit/nvcc "#!/bin/sh\nexit 1\n")
file(CHMOD ${WORK_DIR}/toolkit/nvcc PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE)
set(without_nvcc "/usr/bin:/bin")
set(with_nvcc "${WORK_DIR}/toolkit:/usr/bin:/bin")

set(probe ${configure} -DCORTEXPR_CMAKE_DIR=${SOURCE_DIR}/cmake -S ${CMAKE_CURRENT_LIST_DIR}/libtorch)

foreach(situation IN ITEMS with_nvcc without_nvcc)
  set(ENV{PATH} "${${situation}}")
  run(output ${probe} -B ${WORK_DIR}/cuda_${situation} -DCMAKE_PREFIX_PATH=${WORK_DIR}/python)
  expect("in ${site}/torch (torch_cuda: ON)" "${output}")
  run(output ${probe} -B ${WORK_DIR}/cpu_${situation} -DCMAKE_PREFIX_PATH=${cpu})
  expect("in ${cpu} (torch_cuda: OFF)" "${output}")
endforeach()
run(ignored ${CMAKE_COMMAND} --build ${WORK_DIR}/cpu_without_nvcc)
run(output ${WORK_DIR}/cpu_without_nvcc/probe)
expect("threads" "${output}")

# Pointed at in the other ways.
run(output ${probe} -B ${WORK_DIR}/torch_dir -DTorch_DIR=${site}/torch/share/cmake/Torch)
expect("in ${site}/torch (torch_cuda: ON)" "${output}")
set(ENV{CMAKE_PREFIX_PATH} "${WORK_DIR}/nothing:${site}")
run(output ${probe} -B ${WORK_DIR}/environment)
expect("in ${site}/torch (torch_cuda: ON)" "${output}")
unset(ENV{CMAKE_PREFIX_PATH})
file(MAKE_DIRECTORY ${WORK_DIR}/cache/libtorch-2.11.0)
file(CREATE_LINK ${cpu} ${WORK_DIR}/cache/libtorch-2.11.0/torch SYMBOLIC)
set(ENV{CORTEXPR_CACHE} ${WORK_DIR}/cache)
run(output ${probe} -B ${WORK_DIR}/from_cache)
expect("in ${WORK_DIR}/cache/libtorch-2.11.0/torch (torch_cuda: OFF)" "${output}")
set(ENV{CORTEXPR_CACHE} ${WORK_DIR}/empty)

# A find_package(Torch) that follows is led to it, unless it has the CUDA build's package file without the CUDA libraries.
foreach(build IN ITEMS cpu cuda)
  set(led ${WORK_DIR}/led_${build}/libtorch)
  lay_out(${led})
  file(WRITE ${led}/share/cmake/Torch/TorchConfig.cmake "")
  file(WRITE ${led}/share/cmake/Caffe2/Caffe2Targets.cmake "add_library(c10 SHARED IMPORTED)\n")
endforeach()
file(APPEND ${led}/share/cmake/Caffe2/Caffe2Targets.cmake "add_library(c10_cuda SHARED IMPORTED)\n")
run(output ${probe} -B ${WORK_DIR}/led_to -DCMAKE_PREFIX_PATH=${WORK_DIR}/led_cpu/libtorch)
expect("Torch_DIR: ${WORK_DIR}/led_cpu/libtorch/share/cmake/Torch" "${output}")
run(output ${probe} -B ${WORK_DIR}/not_led_to -DCMAKE_PREFIX_PATH=${led})
expect("Torch_DIR: none" "${output}")

# One that is not where it was said to be is told of before another is taken.
foreach(wrong IN ITEMS ${WORK_DIR}/libtroch ${cpu}/lib)
  set(ENV{CMAKE_PREFIX_PATH} "${wrong}:${cpu}")
  run(output ${probe} -B ${WORK_DIR}/misspelt)
  string(REGEX REPLACE "[ \n]+" " " output "${output}")
  expect("CMAKE_PREFIX_PATH names ${wrong}, where there is no LibTorch" "${output}")
  expect("in ${cpu} (torch_cuda: OFF)" "${output}")
endforeach()
unset(ENV{CMAKE_PREFIX_PATH})

# Refused, each in one sentence.
set(REFUSAL "cortexpr: LibTorch is missing; run cmake/setup in cortexpr's clone (it brings version 2.11.0 into ${WORK_DIR}/empty), point CMAKE_PREFIX_PATH at a LibTorch you have, or, for declarations alone, ask for find_package(cortexpr COMPONENTS dsl).")
run_refused(${probe} -B ${WORK_DIR}/missing)
set(REFUSAL "cortexpr: Torch_DIR is ${WORK_DIR}/nothing, but three folders up there is no LibTorch")
run_refused(${probe} -B ${WORK_DIR}/wrong_torch_dir -DTorch_DIR=${WORK_DIR}/nothing)
set(REFUSAL "cortexpr: the LibTorch in ${old} is 2.10.0, older than 2.11; run cmake/setup for 2.11.0")
run_refused(${probe} -B ${WORK_DIR}/too_old -DCMAKE_PREFIX_PATH=${old})
set(REFUSAL "cortexpr: the LibTorch in ${old_string} was built for the pre-C++11 string")
run_refused(${probe} -B ${WORK_DIR}/pre_cxx11 -DCMAKE_PREFIX_PATH=${old_string})
