# Compile through ccache where it is installed and the user has not chosen a launcher.
find_program(CORTEXPR_CCACHE ccache)
mark_as_advanced(CORTEXPR_CCACHE)
if(CORTEXPR_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # A precompiled header is only cached if ccache may overlook the times stored in it. Only others' headers may be in
  # one: where no more than a comment of a header changes, ccache hands out the old precompiled header, in which
  # #pragma once then does not know the changed file.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      ${CORTEXPR_CCACHE})
endif()
