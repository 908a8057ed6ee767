# giflib::giflib, found by its header and library. The installed package reads this file too.
if(NOT TARGET giflib::giflib)
  find_path(CORTEXPR_GIF_HEADERS gif_lib.h)
  find_library(CORTEXPR_GIF_LIBRARY gif)
  if(NOT CORTEXPR_GIF_HEADERS OR NOT CORTEXPR_GIF_LIBRARY)
    message(FATAL_ERROR "cortexpr: giflib is missing; run cmake/setup (or apt-get install libgif-dev).")
  endif()
  add_library(giflib::giflib UNKNOWN IMPORTED)
  set_target_properties(giflib::giflib PROPERTIES IMPORTED_LOCATION "${CORTEXPR_GIF_LIBRARY}"
                                                  INTERFACE_INCLUDE_DIRECTORIES "${CORTEXPR_GIF_HEADERS}")
endif()
