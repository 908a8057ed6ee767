# Proves that a piece of bad code is refused with the right words, and that it is the fault that is refused:
#
#   cmake -DCXX=g++ -DCOMPILER=GNU -DFLAGS="-std=c++20;-Iinclude" -DSRC=bad.cpp [-DMAX_ERRORS=1] -P expect_compile_error.cmake
#
# SRC is compiled twice, for its syntax only. As it is (the good twin), it must compile. With -DBAD_CODE it must not,
# and then the compiler's output must hold every expected text and at most MAX_ERRORS errors. SRC names the texts in
# comments, each alone on its line; COMPILER chooses among those that only one compiler prints:
#
#   // EXPECT: text          // EXPECT-GNU: text          // EXPECT-Clang: text

if(NOT DEFINED MAX_ERRORS)
  set(MAX_ERRORS 1)
endif()

# Square brackets and semicolons would take CMake's lists apart; both sides of every comparison go through this.
function(without_list_characters text result)
  string(REPLACE "[" "\\(" text "${text}")
  string(REPLACE "]" "\\)" text "${text}")
  string(REPLACE ";" "\\," text "${text}")
  set(${result} "${text}" PARENT_SCOPE)
endfunction()

# Words in English, whatever the user's language: the texts are compared.
set(ENV{LC_ALL} C)
set(command ${CXX} ${FLAGS} -fsyntax-only -fdiagnostics-color=never)

file(READ "${SRC}" source)
without_list_characters("${source}" source)
string(REGEX MATCHALL "//[ ]*EXPECT(-${COMPILER})?:[^\n]*" expectations "${source}")
if(NOT expectations)
  message(FATAL_ERROR "${SRC}: no `// EXPECT: text` line for ${COMPILER}, so nothing would be tested.")
endif()

execute_process(COMMAND ${command} "${SRC}" RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "${SRC}: the good twin (without BAD_CODE) does not compile:\n${output}")
endif()

execute_process(COMMAND ${command} -DBAD_CODE "${SRC}" RESULT_VARIABLE status OUTPUT_VARIABLE output
                ERROR_VARIABLE output)
if(status EQUAL 0)
  message(FATAL_ERROR "${SRC}: the bad code compiles.")
endif()

without_list_characters("${output}" plain)
set(faults "")
foreach(expectation IN LISTS expectations)
  string(REGEX REPLACE "^//[ ]*EXPECT[^:]*:[ ]*" "" text "${expectation}")
  string(STRIP "${text}" text)
  string(FIND "${plain}" "${text}" place)
  if(text STREQUAL "" OR place EQUAL -1)
    string(APPEND faults "  not in the output: ${text}\n")
  endif()
endforeach()

string(REGEX MATCHALL "(^|\n)[^\n]*: (fatal )?error: " errors "${plain}")
list(LENGTH errors count)
if(count LESS 1 OR count GREATER MAX_ERRORS)
  string(APPEND faults "  ${count} errors where 1 to ${MAX_ERRORS} may be\n")
endif()
if(faults)
  message(FATAL_ERROR "${SRC}: the bad code is refused, but in other words:\n${faults}The compiler's output:\n${output}")
endif()
