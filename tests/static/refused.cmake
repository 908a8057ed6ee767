# That a compiler's refusal is one sentence and the end of the compilation:
#
#   cmake -DCXX=g++ -DFLAGS="-std=c++17" -DSOURCE=program.cpp -DINCLUDE=include -DSENTENCE="cortexpr needs" -P refused.cmake
set(ENV{LC_ALL} C)
execute_process(COMMAND ${CXX} ${FLAGS} -I${INCLUDE} -fsyntax-only -fdiagnostics-color=never ${SOURCE}
                RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
string(FIND "${output}" "${SENTENCE}" place)
string(REGEX MATCHALL "error: " errors "${output}")
list(LENGTH errors count)
# The sentence, and that there is no such file as compilation_stopped.
if(status EQUAL 0 OR place EQUAL -1 OR count GREATER 2)
  message(FATAL_ERROR "should have been refused with: ${SENTENCE}\n${count} errors:\n${output}")
endif()
