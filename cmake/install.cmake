# `cmake --install`: headers, libraries, programs, and a package file for find_package(cortexpr), in components:
# dsl (declarations and checks; nothing else needed), files (fmt, zlib, libpng, libjpeg, libzip, nlohmann-json, range-v3) and
# torch (LibTorch, Boost.Hana, libhdf5, Graphviz, librsvg and giflib).
include(CMakePackageConfigHelpers)
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/cortexpr)

# Programs and loaded libraries are installed where they were built; without the libraries that others link, nothing is.
set(needed $<TARGET_FILE:cortexpr_files>)
if(CORTEXPR_TORCH)
  list(APPEND needed $<TARGET_FILE:cortexpr_torch>)
endif()
install(CODE "foreach(library IN ITEMS ${needed})
  if(NOT EXISTS \"\${library}\")
    message(FATAL_ERROR \"cortexpr: \${library} is not built, so nothing is installed; first run \"
                        \"cmake --build ${PROJECT_BINARY_DIR} --target cortexpr_libraries\")
  endif()
endforeach()" ALL_COMPONENTS)

set(components dsl files)
install(FILES ${PROJECT_SOURCE_DIR}/cmake/libzip.cmake ${PROJECT_SOURCE_DIR}/cmake/python_module.cmake
        DESTINATION ${package_folder})
if(CORTEXPR_TORCH)
  list(APPEND components torch)
  foreach(file IN ITEMS cache giflib graphviz hdf5 librsvg libtorch precompiled)
    install(FILES ${PROJECT_SOURCE_DIR}/cmake/${file}.cmake DESTINATION ${package_folder})
  endforeach()
endif()
list(TRANSFORM components PREPEND cortexpr_ OUTPUT_VARIABLE library_targets)
list(REMOVE_ITEM library_targets cortexpr_dsl)
add_custom_target(cortexpr_libraries DEPENDS ${library_targets})
# `cortexpr new` is what an installation is for; it needs no LibTorch and compiles in seconds.
if(TARGET cortexpr_command)
  add_dependencies(cortexpr_libraries cortexpr_command)
  foreach(program IN ITEMS digits course)
    if(TARGET ${program})
      add_dependencies(${program} cortexpr_command)
    endif()
  endforeach()
endif()
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/cortexpr DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
foreach(component IN LISTS components)
  install(TARGETS cortexpr_${component} EXPORT cortexpr-${component})
  install(EXPORT cortexpr-${component} NAMESPACE cortexpr:: DESTINATION ${package_folder})
endforeach()
install(DIRECTORY ${PROJECT_SOURCE_DIR}/examples/starter DESTINATION ${CMAKE_INSTALL_DATADIR}/cortexpr)
# Here and not where it is made: the sentence above comes before anything is written.
if(TARGET cortexpr_arrow)
  install(TARGETS cortexpr_arrow LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} OPTIONAL)
endif()
if(TARGET cortexpr_command)
  install(TARGETS cortexpr_command RUNTIME OPTIONAL)
endif()
if(TARGET digits)
  set_target_properties(digits PROPERTIES INSTALL_RPATH_USE_LINK_PATH ON)
  install(TARGETS digits RUNTIME OPTIONAL)
endif()

configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/cortexprConfig.cmake.in ${PROJECT_BINARY_DIR}/cortexprConfig.cmake
                              INSTALL_DESTINATION ${package_folder})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/cortexprConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/cortexprConfig.cmake ${PROJECT_BINARY_DIR}/cortexprConfigVersion.cmake
        DESTINATION ${package_folder})
