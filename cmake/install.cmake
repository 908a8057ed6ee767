# `cmake --install`: headers, libraries, programs, and a package file for find_package(cortexpr), in components:
# dsl (declarations and checks; nothing else needed), files (fmt, zlib, libpng, libjpeg, libzip, nlohmann-json, range-v3) and
# torch (LibTorch and Boost.Hana).
include(CMakePackageConfigHelpers)
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/cortexpr)

install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/cortexpr DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})

set(components dsl files)
install(FILES ${PROJECT_SOURCE_DIR}/cmake/libzip.cmake DESTINATION ${package_folder})
if(CORTEXPR_TORCH)
  list(APPEND components torch)
  install(FILES ${PROJECT_SOURCE_DIR}/cmake/libtorch.cmake DESTINATION ${package_folder})
endif()
foreach(component IN LISTS components)
  install(TARGETS cortexpr_${component} EXPORT cortexpr-${component})
  install(EXPORT cortexpr-${component} NAMESPACE cortexpr:: DESTINATION ${package_folder})
endforeach()
if(TARGET digits)
  set_target_properties(digits PROPERTIES INSTALL_RPATH_USE_LINK_PATH ON)
  install(TARGETS digits)
endif()

configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/cortexprConfig.cmake.in ${PROJECT_BINARY_DIR}/cortexprConfig.cmake
                              INSTALL_DESTINATION ${package_folder})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/cortexprConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/cortexprConfig.cmake ${PROJECT_BINARY_DIR}/cortexprConfigVersion.cmake
        DESTINATION ${package_folder})
