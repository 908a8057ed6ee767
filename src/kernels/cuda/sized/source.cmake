# Writes the sized kernels as one text for NVRTC, which knows no folders: the headers of ROOT one after the other, without
# their #include lines, as a C++ literal in OUT.
set(folder ${ROOT}/src/kernels/cuda)
set(text "")
foreach(header IN ITEMS ${folder}/sized/nvrtc_prelude.cuh ${ROOT}/include/cortexpr/numbers/activation.hpp
                        ${ROOT}/include/cortexpr/numbers/on_chip_layout.hpp ${ROOT}/src/kernels/pointwise_math.hpp
                        ${ROOT}/src/kernels/bfloat16.hpp ${folder}/bfloat16.hpp ${folder}/maxima.hpp ${folder}/sized/shape.hpp
                        ${folder}/sized/threads.hpp ${folder}/sized/device_threads.hpp ${folder}/sized/job.hpp
                        ${folder}/sized/maps.hpp ${folder}/sized/pack.hpp ${folder}/sized/forward.hpp
                        ${folder}/sized/backward.hpp ${folder}/sized/sums.hpp ${folder}/sized/kernels.cuh
                        ${folder}/sized/nvrtc_kernels.cuh)
  file(READ ${header} content)
  string(REGEX REPLACE "#(include|pragma once)[^\n]*\n" "\n" content "${content}")
  string(APPEND text "${content}")
endforeach()
file(WRITE ${OUT} "R\"cortexpr(${text})cortexpr\"\n")
