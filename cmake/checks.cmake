# `tidy`, `format` and `format-check`: what a contributor runs before sending a change.
file(GLOB_RECURSE cortexpr_code CONFIGURE_DEPENDS
     ${PROJECT_SOURCE_DIR}/include/*.hpp ${PROJECT_SOURCE_DIR}/src/*.[ch]pp ${PROJECT_SOURCE_DIR}/src/*.cu ${PROJECT_SOURCE_DIR}/examples/*.[ch]pp
     ${PROJECT_SOURCE_DIR}/tests/*.[ch]pp ${PROJECT_SOURCE_DIR}/bench/*.[ch]pp)
# Their matrices stand in columns, as in a user's file, and the columns show the mistake.
list(FILTER cortexpr_code EXCLUDE REGEX "/tests/fail/")

find_program(CORTEXPR_CLANG_FORMAT NAMES clang-format-14 clang-format)
# An older one doesn't understand the consteval functions.
find_program(CORTEXPR_CLANG_TIDY NAMES clang-tidy-19 clang-tidy)
mark_as_advanced(CORTEXPR_CLANG_FORMAT CORTEXPR_CLANG_TIDY)

# cortexpr_add_check(<target> <tool> <package> <files> <arguments>...): a target that runs the tool on the files; where
# the tool is missing, it says which package brings it.
function(cortexpr_add_check target tool package files)
  if(tool)
    list(JOIN files "\n" lines)
    file(CONFIGURE OUTPUT ${target}.txt CONTENT "${lines}\n")
    add_custom_target(${target} COMMAND xargs --arg-file=${PROJECT_BINARY_DIR}/${target}.txt ${tool} ${ARGN}
                      WORKING_DIRECTORY ${PROJECT_SOURCE_DIR} VERBATIM USES_TERMINAL)
  else()
    add_custom_target(${target} COMMAND ${CMAKE_COMMAND} -E echo "cortexpr: ${package} is missing; install it with apt-get install ${package}"
                      COMMAND ${CMAKE_COMMAND} -E false VERBATIM)
  endif()
endfunction()

# The code that needs no LibTorch: with its headers, clang-tidy takes minutes for each file.
get_target_property(cortexpr_files_sources cortexpr_files SOURCES)
list(FILTER cortexpr_files_sources EXCLUDE REGEX "^${PROJECT_BINARY_DIR}")
list(TRANSFORM cortexpr_files_sources PREPEND ${PROJECT_SOURCE_DIR}/src/)

cortexpr_add_check(format "${CORTEXPR_CLANG_FORMAT}" clang-format "${cortexpr_code}" -i)
cortexpr_add_check(format-check "${CORTEXPR_CLANG_FORMAT}" clang-format "${cortexpr_code}" --dry-run --Werror)
cortexpr_add_check(tidy "${CORTEXPR_CLANG_TIDY}" clang-tidy-19 "${cortexpr_files_sources}" --quiet
                   --extra-arg=-Wno-unknown-warning-option -p ${PROJECT_BINARY_DIR})
