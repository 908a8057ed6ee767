# Spectra, eigenvalues of matrices that are known by their products: headers over Eigen's. Only the library's own sources
# include them.
find_path(CORTEXPR_SPECTRA_HEADERS Spectra/GenEigsSolver.h)
find_path(CORTEXPR_EIGEN_HEADERS Eigen/Core PATH_SUFFIXES eigen3)
if(NOT CORTEXPR_SPECTRA_HEADERS OR NOT CORTEXPR_EIGEN_HEADERS)
  message(FATAL_ERROR "cortexpr: Spectra is missing; run cmake/setup (or apt-get install libspectra-dev).")
endif()
