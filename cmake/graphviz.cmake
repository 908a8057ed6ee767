# graphviz::gvc, Graphviz's library, found by its header and libraries. The installed package reads this file too.
if(NOT TARGET graphviz::gvc)
  find_path(CORTEXPR_GRAPHVIZ_HEADERS graphviz/gvc.h)
  find_library(CORTEXPR_GVC_LIBRARY gvc)
  find_library(CORTEXPR_CGRAPH_LIBRARY cgraph)
  if(NOT CORTEXPR_GRAPHVIZ_HEADERS OR NOT CORTEXPR_GVC_LIBRARY OR NOT CORTEXPR_CGRAPH_LIBRARY)
    message(FATAL_ERROR "cortexpr: Graphviz's library is missing; run cmake/setup (or apt-get install libgraphviz-dev).")
  endif()
  add_library(graphviz::gvc UNKNOWN IMPORTED)
  set_target_properties(graphviz::gvc PROPERTIES IMPORTED_LOCATION "${CORTEXPR_GVC_LIBRARY}"
                                                 INTERFACE_LINK_LIBRARIES "${CORTEXPR_CGRAPH_LIBRARY}")
endif()
