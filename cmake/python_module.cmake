# cortexpr_python_module(<name> <struct>... [HEADERS <header>...]): declarations as a module for Python. `import <name>` gives
# each struct as a class, as cortexpr.declare would; whoever imports it needs the package cortexpr and no compiler.
#
#   cortexpr_python_module(digits Digits)     # of digits.hpp, in this folder
#
# Without HEADERS, the header is <name>.hpp. <name>.py and the library that it loads lie side by side in the build folder
# (target <name>, property LIBRARY_OUTPUT_DIRECTORY); the library needs neither Python nor LibTorch.
function(cortexpr_python_module name)
  cmake_parse_arguments(PARSE_ARGV 1 module "" "" "HEADERS")
  set(structs ${module_UNPARSED_ARGUMENTS})
  if(NOT structs)
    message(FATAL_ERROR "cortexpr: cortexpr_python_module(${name}) names no struct; write cortexpr_python_module(${name} Digits).")
  endif()
  if(NOT module_HEADERS)
    set(module_HEADERS ${name}.hpp)
  endif()
  set(source "#include <cortexpr/declared.hpp>\n")
  foreach(header IN LISTS module_HEADERS)
    cmake_path(ABSOLUTE_PATH header NORMALIZE)
    string(APPEND source "#include \"${header}\"\n")
  endforeach()
  list(JOIN structs ", " list)
  string(APPEND source "CORTEXPR_DECLARED(${list});\n")
  file(CONFIGURE OUTPUT ${name}_declared.cpp CONTENT "${source}" @ONLY)

  set(text "\"\"\"The declarations of ${name}, made by cortexpr_python_module.\"\"\"\n\nfrom pathlib import Path\n\nimport cortexpr\n\n")
  string(APPEND text "_library = Path(__file__).with_name(\"${name}_declared.so\")\n")
  foreach(struct IN LISTS structs)
    string(REGEX REPLACE ".*::" "" class ${struct})
    string(APPEND text "${class} = cortexpr.load(_library, \"${class}\")\n")
  endforeach()
  file(CONFIGURE OUTPUT ${name}.py CONTENT "${text}" @ONLY)

  add_library(${name} MODULE ${CMAKE_CURRENT_BINARY_DIR}/${name}_declared.cpp)
  target_link_libraries(${name} PRIVATE cortexpr::dsl)
  set_target_properties(${name} PROPERTIES PREFIX "" OUTPUT_NAME ${name}_declared CXX_VISIBILITY_PRESET hidden
                                           LIBRARY_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR})
endfunction()
