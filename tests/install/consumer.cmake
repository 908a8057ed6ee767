# Installs cortexpr into an empty folder and builds two programs of another project against it.
include(${CMAKE_CURRENT_LIST_DIR}/run.cmake)
set(prefix ${WORK_DIR}/prefix)
file(REMOVE_RECURSE ${WORK_DIR})
# A build folder in which nothing was built yet: a sentence, and nothing is written.
set(REFUSAL "is not built, so nothing is installed; first run cmake --build ${WORK_DIR}/unbuilt --target cortexpr_libraries")
run(ignored ${configure} -S ${SOURCE_DIR} -B ${WORK_DIR}/unbuilt -DCORTEXPR_TORCH=OFF -DCORTEXPR_TESTS=OFF -DCORTEXPR_CUDA=OFF)
run_refused(${CMAKE_COMMAND} --install ${WORK_DIR}/unbuilt --prefix ${WORK_DIR}/nothing)
if(EXISTS ${WORK_DIR}/nothing)
  message(FATAL_ERROR "an installation that was refused left ${WORK_DIR}/nothing")
endif()

run(ignored ${CMAKE_COMMAND} --install ${BUILD_DIR} --prefix ${prefix})
# Programs and loaded libraries may be missing: `make demo` builds one program.
foreach(folder IN ITEMS . src examples)
  set(lines "")
  if(EXISTS ${BUILD_DIR}/${folder}/cmake_install.cmake)
    file(STRINGS ${BUILD_DIR}/${folder}/cmake_install.cmake lines REGEX "TYPE (EXECUTABLE|MODULE) ")
  endif()
  foreach(line IN LISTS lines)
    if(NOT line MATCHES "OPTIONAL")
      message(FATAL_ERROR "installing stops where a program or a loaded library was not built: ${line}")
    endif()
  endforeach()
endforeach()

# Declaring and checking needs the component `dsl` only, and that finds no LibTorch here.
set(ENV{CORTEXPR_CACHE} ${WORK_DIR}/empty)
run(ignored ${configure} -S ${CMAKE_CURRENT_LIST_DIR}/consumer -B ${WORK_DIR}/declares -DCMAKE_PREFIX_PATH=${prefix}
    -DCOMPONENT=dsl)
run(ignored ${CMAKE_COMMAND} --build ${WORK_DIR}/declares)
run(output ${WORK_DIR}/declares/declares)
expect("25290 parameters" "${output}")

if(NOT TORCH)
  set(REFUSAL "cortexpr was built without the component torch")
  run_refused(${configure} -S ${CMAKE_CURRENT_LIST_DIR}/consumer -B ${WORK_DIR}/runs -DCMAKE_PREFIX_PATH=${prefix}
              -DCOMPONENT=torch)
  return()
endif()

set(REFUSAL "LibTorch is missing; run cmake/setup")
run_refused(${configure} -S ${CMAKE_CURRENT_LIST_DIR}/consumer -B ${WORK_DIR}/runs -DCMAKE_PREFIX_PATH=${prefix}
            -DCOMPONENT=torch)

set(ENV{CMAKE_PREFIX_PATH} "${prefix}:${LIBTORCH}")
run(ignored ${configure} -S ${CMAKE_CURRENT_LIST_DIR}/consumer -B ${WORK_DIR}/runs -DCMAKE_PREFIX_PATH= -DCOMPONENT=torch)
run(ignored ${CMAKE_COMMAND} --build ${WORK_DIR}/runs)
run(output ${WORK_DIR}/runs/runs)
expect("logits 2 x 10" "${output}")

# Beside find_package(Torch), whichever comes first, where LibTorch is laid out as in its archive; its own package file asks
# for more than a test can bring, so a small one stands in.
set(archive ${WORK_DIR}/archive/libtorch)
file(MAKE_DIRECTORY ${archive}/share/cmake/Torch)
file(CREATE_LINK ${LIBTORCH}/lib ${archive}/lib SYMBOLIC)
file(CREATE_LINK ${LIBTORCH}/include ${archive}/include SYMBOLIC)
file(WRITE ${archive}/share/cmake/Torch/TorchConfig.cmake "
add_library(torch INTERFACE IMPORTED)
set(folder \${CMAKE_CURRENT_LIST_DIR}/../../..)
target_include_directories(torch INTERFACE \${folder}/include \${folder}/include/torch/csrc/api/include)
target_link_libraries(torch INTERFACE \${folder}/lib/libtorch_cpu.so \${folder}/lib/libc10.so)
set(TORCH_LIBRARIES torch)
set(Torch_FOUND TRUE)
message(STATUS \"LibTorch's own package file\")
")
set(ENV{CMAKE_PREFIX_PATH} "${prefix}:${archive}")
foreach(order IN ITEMS before after)
  run(output ${configure} -S ${CMAKE_CURRENT_LIST_DIR}/consumer -B ${WORK_DIR}/torch_${order} -DCOMPONENT=torch -DTORCH=${order})
  expect("LibTorch's own package file" "${output}")
  expect("in ${archive} (torch_cuda" "${output}")
endforeach()
run(ignored ${CMAKE_COMMAND} --build ${WORK_DIR}/torch_before)
run(output ${WORK_DIR}/torch_before/runs)
expect("logits 2 x 10" "${output}")
# Found in the cache, it is found by find_package(Torch), too.
set(ENV{CMAKE_PREFIX_PATH} "${prefix}")
file(MAKE_DIRECTORY ${WORK_DIR}/cache/libtorch-2.11.0)
file(CREATE_LINK ${archive} ${WORK_DIR}/cache/libtorch-2.11.0/torch SYMBOLIC)
set(ENV{CORTEXPR_CACHE} ${WORK_DIR}/cache)
run(output ${configure} -S ${CMAKE_CURRENT_LIST_DIR}/consumer -B ${WORK_DIR}/from_cache -DCOMPONENT=torch -DTORCH=after)
expect("LibTorch's own package file" "${output}")

# The template of a user's project.
run(ignored ${configure} -S ${SOURCE_DIR}/examples/starter -B ${WORK_DIR}/starter)
run(ignored ${CMAKE_COMMAND} --build ${WORK_DIR}/starter)
run(output ${WORK_DIR}/starter/starter summary)
expect("Reader" "${output}")
if(EXISTS ${prefix}/share/cortexpr/mnist)
  run(output ${CMAKE_COMMAND} -E chdir ${WORK_DIR}/starter ${WORK_DIR}/starter/rates ${prefix}/share/cortexpr/mnist)
  expect("1 file of rates" "${output}")
endif()

# An installed program has its data beside it, and no path of the folder that it was built from.
if(EXISTS ${prefix}/bin/digits)
  run(output ${prefix}/bin/digits train --help)
  expect("${prefix}/share/cortexpr/mnist" "${output}")
endif()
