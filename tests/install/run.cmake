# Steps shared by the scripts of this folder. A LibTorch that the user points at must not leak into them.
unset(ENV{Torch_DIR})
unset(ENV{CMAKE_PREFIX_PATH})

# run(<output variable> <command>...): runs it, fails with its output if it fails.
function(run result)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT status EQUAL 0)
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "failed: ${command}\n${output}")
  endif()
  set(${result} "${output}" PARENT_SCOPE)
endfunction()

# run_refused(<command>...): runs it; it must fail, and its output hold the text REFUSAL (whatever the line breaks).
function(run_refused)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
  string(REGEX REPLACE "[ \n]+" " " flat "${output}")
  string(FIND "${flat}" "${REFUSAL}" place)
  if(status EQUAL 0 OR place EQUAL -1)
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "should have been refused with: ${REFUSAL}\n${command}\n${output}")
  endif()
endfunction()

function(expect text output)
  string(FIND "${output}" "${text}" place)
  if(place EQUAL -1)
    message(FATAL_ERROR "should say: ${text}\nsays: ${output}")
  endif()
endfunction()

set(configure ${CMAKE_COMMAND} -G ${GENERATOR} -DCMAKE_MAKE_PROGRAM=${MAKE_PROGRAM} -DCMAKE_CXX_COMPILER=${CXX}
              -DCMAKE_CXX_FLAGS=${CXX_FLAGS})
