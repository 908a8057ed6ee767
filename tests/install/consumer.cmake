# Installs cortexpr into an empty folder and builds two programs of another project against it.
include(${CMAKE_CURRENT_LIST_DIR}/run.cmake)
set(prefix ${WORK_DIR}/prefix)
file(REMOVE_RECURSE ${WORK_DIR})
run(ignored ${CMAKE_COMMAND} --install ${BUILD_DIR} --prefix ${prefix})

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
