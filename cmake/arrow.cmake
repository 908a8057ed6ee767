# libcortexpr_arrow.so: reads connectomes in Feather and Parquet files with Arrow's C++ libraries, which Debian 12 hasn't.
# Nothing links it; it is loaded when such a file is read, so that one build serves machines with and without Arrow.
# Looked for, first wins:
#   1. Arrow's CMake packages, from CMAKE_PREFIX_PATH (Arrow_DIR and Parquet_DIR)
#   2. the cache that `cmake/setup --arrow` fills, from PyPI's wheel
set(CORTEXPR_ARROW AUTO CACHE STRING "Read Feather and Parquet files: AUTO (where Arrow is found), ON or OFF")
set_property(CACHE CORTEXPR_ARROW PROPERTY STRINGS AUTO ON OFF)
if(NOT CORTEXPR_ARROW)
  return()
endif()

set(arrow_oldest 20)
find_package(Arrow QUIET CONFIG)
find_package(Parquet QUIET CONFIG)
if(TARGET Parquet::parquet_shared AND Arrow_VERSION VERSION_GREATER_EQUAL arrow_oldest)
  set(arrow_libraries Parquet::parquet_shared Arrow::arrow_shared)
else()
  cortexpr_cache(cache)
  file(GLOB arrow_folders ${cache}/arrow-*/pyarrow)
  list(SORT arrow_folders COMPARE NATURAL ORDER DESCENDING)
  list(POP_FRONT arrow_folders arrow_root)
  if(arrow_root)
    file(GLOB arrow_libraries ${arrow_root}/libparquet.so.* ${arrow_root}/libarrow.so.*)
    set(arrow_headers ${arrow_root}/include)
  endif()
endif()
if(NOT arrow_libraries)
  if(NOT CORTEXPR_ARROW STREQUAL "AUTO")
    message(FATAL_ERROR "cortexpr: CORTEXPR_ARROW is ${CORTEXPR_ARROW}, but no Arrow from version ${arrow_oldest} is found; run "
                        "cmake/setup --arrow, or point CMAKE_PREFIX_PATH at one.")
  endif()
  return()
endif()

add_library(cortexpr_arrow MODULE arrow_tables/library.cpp)
cortexpr_target_defaults(cortexpr_arrow)
target_include_directories(cortexpr_arrow SYSTEM PRIVATE ${arrow_headers})
target_link_libraries(cortexpr_arrow PRIVATE ${arrow_libraries})
# Beside the programs, where it is looked for.
set_target_properties(cortexpr_arrow PROPERTIES LIBRARY_OUTPUT_DIRECTORY "${CMAKE_RUNTIME_OUTPUT_DIRECTORY}"
                                                CXX_VISIBILITY_PRESET hidden INSTALL_RPATH_USE_LINK_PATH ON)
target_compile_features(cortexpr_arrow PRIVATE cxx_std_20)
