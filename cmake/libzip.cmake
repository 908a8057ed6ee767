# libzip::zip, found by its header and library: Debian's libzip-config.cmake fails where libzip's programs, which nothing
# here needs, are not installed. The installed package reads this file too.
if(NOT TARGET libzip::zip)
  find_path(CORTEXPR_LIBZIP_HEADERS zip.h)
  find_library(CORTEXPR_LIBZIP_LIBRARY zip)
  if(NOT CORTEXPR_LIBZIP_HEADERS OR NOT CORTEXPR_LIBZIP_LIBRARY)
    message(FATAL_ERROR "cortexpr: libzip is missing; run cmake/setup (or apt-get install libzip-dev).")
  endif()
  add_library(libzip::zip UNKNOWN IMPORTED)
  set_target_properties(libzip::zip PROPERTIES IMPORTED_LOCATION "${CORTEXPR_LIBZIP_LIBRARY}"
                                               INTERFACE_INCLUDE_DIRECTORIES "${CORTEXPR_LIBZIP_HEADERS}")
endif()
