# librsvg::librsvg, which turns SVG into pixels, with the libraries of its interface. The installed package reads this file
# too.
if(NOT TARGET librsvg::librsvg)
  find_package(PkgConfig QUIET)
  if(PkgConfig_FOUND)
    pkg_check_modules(CORTEXPR_RSVG QUIET librsvg-2.0 cairo)
  endif()
  if(NOT CORTEXPR_RSVG_FOUND)
    message(FATAL_ERROR "cortexpr: librsvg is missing; run cmake/setup (or apt-get install librsvg2-dev pkg-config).")
  endif()
  add_library(librsvg::librsvg INTERFACE IMPORTED)
  set_target_properties(librsvg::librsvg PROPERTIES INTERFACE_LINK_LIBRARIES "${CORTEXPR_RSVG_LINK_LIBRARIES}")
endif()
