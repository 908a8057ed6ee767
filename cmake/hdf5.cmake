# hdf5::serial, found by its header and library, which Debian keeps in a folder for each kind of MPI and one for none. The
# installed package reads this file too.
if(NOT TARGET hdf5::serial)
  find_path(CORTEXPR_HDF5_HEADERS hdf5.h PATH_SUFFIXES hdf5/serial)
  find_library(CORTEXPR_HDF5_LIBRARY NAMES hdf5_serial hdf5)
  if(NOT CORTEXPR_HDF5_HEADERS OR NOT CORTEXPR_HDF5_LIBRARY)
    message(FATAL_ERROR "cortexpr: libhdf5 is missing; run cmake/setup (or apt-get install libhdf5-dev).")
  endif()
  add_library(hdf5::serial UNKNOWN IMPORTED)
  set_target_properties(hdf5::serial PROPERTIES IMPORTED_LOCATION "${CORTEXPR_HDF5_LIBRARY}"
                                                INTERFACE_INCLUDE_DIRECTORIES "${CORTEXPR_HDF5_HEADERS}")
endif()
