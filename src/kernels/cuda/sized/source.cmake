# Writes HEADERS as one text for NVRTC, which knows no folders: one after the other, without their #include lines, as a C++
# literal in OUT.
set(text "")
foreach(header IN LISTS HEADERS)
  file(READ ${header} content)
  string(REGEX REPLACE "#(include|pragma once)[^\n]*\n" "\n" content "${content}")
  string(APPEND text "${content}")
endforeach()
file(WRITE ${OUT} "R\"cortexpr(${text})cortexpr\"\n")
