# `tidy`, `tidy-torch`, `format` and `format-check`: what a contributor runs before sending a change.
file(GLOB_RECURSE cortexpr_code CONFIGURE_DEPENDS
     ${PROJECT_SOURCE_DIR}/include/*.hpp ${PROJECT_SOURCE_DIR}/src/*.[ch]pp ${PROJECT_SOURCE_DIR}/src/*.cu ${PROJECT_SOURCE_DIR}/examples/*.[ch]pp
     ${PROJECT_SOURCE_DIR}/tests/*.[ch]pp ${PROJECT_SOURCE_DIR}/bench/*.[ch]pp ${PROJECT_SOURCE_DIR}/docs/course/*.[ch]pp
     ${PROJECT_SOURCE_DIR}/python/src/*.[ch]pp)
# Their matrices stand in columns, as in a user's file, and the columns show the mistake.
list(FILTER cortexpr_code EXCLUDE REGEX "/tests/fail/")

find_program(CORTEXPR_CLANG_FORMAT NAMES clang-format-14 clang-format)
# An older one doesn't understand the consteval functions.
find_program(CORTEXPR_CLANG_TIDY NAMES clang-tidy-19 clang-tidy)
mark_as_advanced(CORTEXPR_CLANG_FORMAT CORTEXPR_CLANG_TIDY)

cmake_host_system_information(RESULT cortexpr_cores QUERY NUMBER_OF_LOGICAL_CORES)

# cortexpr_add_check(<target> <tool> <package> <files> <arguments>...): a target that runs the tool on the files; where
# the tool is missing, it says which package brings it.
function(cortexpr_add_check target tool package files)
  if(tool)
    list(JOIN files "\n" lines)
    file(CONFIGURE OUTPUT ${target}.txt CONTENT "${lines}\n")
    add_custom_target(${target} COMMAND xargs --arg-file=${PROJECT_BINARY_DIR}/${target}.txt --max-args=4
                                              --max-procs=${cortexpr_cores} ${tool} ${ARGN}
                      WORKING_DIRECTORY ${PROJECT_SOURCE_DIR} VERBATIM USES_TERMINAL)
  else()
    add_custom_target(${target} COMMAND ${CMAKE_COMMAND} -E echo "cortexpr: ${package} is missing; install it with apt-get install ${package}"
                      COMMAND ${CMAKE_COMMAND} -E false VERBATIM)
  endif()
endfunction()

# All sources of our libraries, and every header in a file that includes them all. Those that need LibTorch are a target of
# their own: with its headers, clang-tidy takes minutes for each file. The kernels are in the same library, but need none.
file(GLOB_RECURSE cortexpr_headers CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/include/*.hpp)
list(TRANSFORM cortexpr_headers REPLACE "(.+)" "#include <\\1>" OUTPUT_VARIABLE cortexpr_header_lines)
list(JOIN cortexpr_header_lines "\n" cortexpr_header_lines)
file(CONFIGURE OUTPUT tidy/headers.cpp CONTENT "${cortexpr_header_lines}\n" @ONLY)
foreach(library IN ITEMS files torch cuda_graph)
  set(cortexpr_${library}_code "")
  if(TARGET cortexpr_${library})
    get_target_property(cortexpr_${library}_code cortexpr_${library} SOURCES)
    list(FILTER cortexpr_${library}_code EXCLUDE REGEX "^${PROJECT_BINARY_DIR}")
    list(TRANSFORM cortexpr_${library}_code PREPEND ${PROJECT_SOURCE_DIR}/src/)
  endif()
endforeach()
set(cortexpr_kernel_code ${cortexpr_torch_code})
list(FILTER cortexpr_kernel_code INCLUDE REGEX "/src/kernels/")
list(FILTER cortexpr_torch_code EXCLUDE REGEX "/src/kernels/")
if(TARGET cortexpr_torch)
  add_library(cortexpr_headers OBJECT EXCLUDE_FROM_ALL ${PROJECT_BINARY_DIR}/tidy/headers.cpp)
  target_link_libraries(cortexpr_headers PRIVATE cortexpr_torch)
  list(APPEND cortexpr_torch_code ${cortexpr_cuda_graph_code} ${PROJECT_BINARY_DIR}/tidy/headers.cpp)
endif()
# The precompiled header is GCC's: clang-tidy reads the headers themselves. Some warning flags and targets are GCC's, too.
set(cortexpr_tidy_arguments --quiet --extra-arg=-Wno-unknown-warning-option --extra-arg=-Wno-ignored-gch
                            --extra-arg=-Wno-unused-command-line-argument -p ${PROJECT_BINARY_DIR})

cortexpr_add_check(format "${CORTEXPR_CLANG_FORMAT}" clang-format "${cortexpr_code}" -i)
cortexpr_add_check(format-check "${CORTEXPR_CLANG_FORMAT}" clang-format "${cortexpr_code}" --dry-run --Werror)
cortexpr_add_check(tidy "${CORTEXPR_CLANG_TIDY}" clang-tidy-19 "${cortexpr_files_code};${cortexpr_kernel_code}" ${cortexpr_tidy_arguments})
cortexpr_add_check(tidy-torch "${CORTEXPR_CLANG_TIDY}" clang-tidy-19 "${cortexpr_torch_code}" ${cortexpr_tidy_arguments})
