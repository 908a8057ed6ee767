# `tidy`, `tidy-torch`, `format` and `format-check`: what a contributor runs before sending a change.
file(GLOB_RECURSE cortexpr_code CONFIGURE_DEPENDS
     ${PROJECT_SOURCE_DIR}/include/*.hpp ${PROJECT_SOURCE_DIR}/src/*.[ch]pp ${PROJECT_SOURCE_DIR}/src/*.cu
     ${PROJECT_SOURCE_DIR}/src/*.cuh ${PROJECT_SOURCE_DIR}/examples/*.[ch]pp ${PROJECT_SOURCE_DIR}/tests/*.[ch]pp
     ${PROJECT_SOURCE_DIR}/bench/*.[ch]pp ${PROJECT_SOURCE_DIR}/docs/course/*.[ch]pp ${PROJECT_SOURCE_DIR}/python/src/*.[ch]pp)
# Their matrices stand in columns, as in a user's file, and the columns show the mistake.
list(FILTER cortexpr_code EXCLUDE REGEX "/tests/fail/")

find_program(CORTEXPR_CLANG_FORMAT NAMES clang-format-14 clang-format)
# An older one doesn't understand the consteval functions.
find_program(CORTEXPR_CLANG_TIDY NAMES clang-tidy-19 clang-tidy-20 clang-tidy-21)
mark_as_advanced(CORTEXPR_CLANG_FORMAT CORTEXPR_CLANG_TIDY)

cmake_host_system_information(RESULT cortexpr_cores QUERY NUMBER_OF_LOGICAL_CORES)

# cortexpr_add_check(<target> <tool> <package> <files> <command>...): a target that runs the command; {target}.txt has the
# files. Where the tool is missing, it says which package brings it.
function(cortexpr_add_check target tool package files)
  list(JOIN files "\n" lines)
  file(CONFIGURE OUTPUT ${target}.txt CONTENT "${lines}\n")
  if(tool)
    add_custom_target(${target} COMMAND ${ARGN} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR} VERBATIM USES_TERMINAL)
  else()
    add_custom_target(${target} COMMAND ${CMAKE_COMMAND} -E echo "cortexpr: ${package} is missing; install it with apt-get install ${package}"
                      COMMAND ${CMAKE_COMMAND} -E false VERBATIM)
  endif()
endfunction()

# All sources but those of the tests, and every header in a file that includes them all. Those that need LibTorch are a
# target of their own, which takes long. A GPU's sources are left out: clang-tidy would need CUDA. What the tests alone
# compile has the flags of its neighbours; what needs a library that isn't here is left out.
file(GLOB_RECURSE cortexpr_headers CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/include/*.hpp)
list(TRANSFORM cortexpr_headers REPLACE "(.+)" "#include <\\1>" OUTPUT_VARIABLE cortexpr_header_lines)
list(JOIN cortexpr_header_lines "\n" cortexpr_header_lines)
file(CONFIGURE OUTPUT tidy/headers.cpp CONTENT "${cortexpr_header_lines}\n" @ONLY)
set(cortexpr_tidy_torch_code ${cortexpr_code})
list(FILTER cortexpr_tidy_torch_code INCLUDE REGEX "\\.cpp$")
list(FILTER cortexpr_tidy_torch_code EXCLUDE REGEX "^${PROJECT_SOURCE_DIR}/tests/")
foreach(part IN ITEMS arrow_tables cuda_graph)
  string(REPLACE arrow_tables arrow library ${part})
  if(NOT TARGET cortexpr_${library})
    list(FILTER cortexpr_tidy_torch_code EXCLUDE REGEX "^${PROJECT_SOURCE_DIR}/src/${part}/")
  endif()
endforeach()
if(NOT CORTEXPR_PYTHON_PACKAGE)
  list(FILTER cortexpr_tidy_torch_code EXCLUDE REGEX "^${PROJECT_SOURCE_DIR}/python/")
endif()
if(NOT TARGET cortexpr_cuda)
  list(FILTER cortexpr_tidy_torch_code EXCLUDE REGEX "^${PROJECT_SOURCE_DIR}/bench/gpu/")
endif()
get_target_property(cortexpr_files_code cortexpr_files SOURCES)
list(FILTER cortexpr_files_code EXCLUDE REGEX "^${PROJECT_BINARY_DIR}")
list(TRANSFORM cortexpr_files_code PREPEND ${PROJECT_SOURCE_DIR}/src/)
set(cortexpr_tidy_code ${cortexpr_tidy_torch_code})
list(FILTER cortexpr_tidy_code INCLUDE REGEX "/src/(kernels|new_project|arrow_tables)/|/bench/compile/check.cpp$")
list(APPEND cortexpr_tidy_code ${cortexpr_files_code})
list(REMOVE_ITEM cortexpr_tidy_torch_code ${cortexpr_tidy_code})
if(TARGET cortexpr_torch)
  add_library(cortexpr_headers OBJECT EXCLUDE_FROM_ALL ${PROJECT_BINARY_DIR}/tidy/headers.cpp)
  target_link_libraries(cortexpr_headers PRIVATE cortexpr_torch)
  list(APPEND cortexpr_tidy_torch_code ${PROJECT_BINARY_DIR}/tidy/headers.cpp)
else()
  set(cortexpr_tidy_torch_code "")
endif()
# Files in a few processes.
function(cortexpr_add_format target)
  set(format_command xargs --arg-file=${PROJECT_BINARY_DIR}/${target}.txt --max-args=4 --max-procs=${cortexpr_cores}
                     ${CORTEXPR_CLANG_FORMAT} ${ARGN})
  cortexpr_add_check(${target} "${CORTEXPR_CLANG_FORMAT}" clang-format "${cortexpr_code}" ${format_command})
  set(format_command ${format_command} PARENT_SCOPE)
endfunction()
cortexpr_add_format(format -i)
cortexpr_add_format(format-check --dry-run --Werror)
if(CORTEXPR_TESTS)
  # Versions differ in what they make of the same settings.
  if(CORTEXPR_CLANG_FORMAT MATCHES "clang-format-14$")
    cortexpr_add_test(structure structure.format COMMAND ${format_command})
  else()
    cortexpr_skip_test(structure structure.format "no clang-format-14 here")
  endif()
endif()

# The precompiled header is GCC's: clang-tidy reads the headers themselves. Some warning flags and targets are GCC's, too.
function(cortexpr_add_tidy target)
  cortexpr_add_check(${target} "${CORTEXPR_CLANG_TIDY}" clang-tidy-19 "${ARGN}"
                     python3 ${PROJECT_SOURCE_DIR}/cmake/tidy.py ${CORTEXPR_CLANG_TIDY} ${PROJECT_BINARY_DIR}
                     ${PROJECT_BINARY_DIR}/${target}.txt ${cortexpr_cores} --quiet --extra-arg=-Wno-unknown-warning-option
                     --extra-arg=-Wno-ignored-gch --extra-arg=-Wno-unused-command-line-argument)
endfunction()
cortexpr_add_tidy(tidy ${cortexpr_tidy_code})
cortexpr_add_tidy(tidy-torch ${cortexpr_tidy_torch_code})
