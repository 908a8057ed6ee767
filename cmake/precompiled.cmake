# cortexpr_precompile(<target> [<other target>...]): what cortexpr/module/model.hpp brings of LibTorch, read once for all files
# of these targets instead of 10 s for each. LibTorch's and the standard library's headers alone: cortexpr's own stay as quick
# to change. Targets that share it are compiled with the same options.
function(cortexpr_precompile target)
  target_precompile_headers(${target} PRIVATE <torch/types.h> <torch/csrc/autograd/custom_function.h> <torch/nn/module.h>)
  foreach(other IN LISTS ARGN)
    target_precompile_headers(${other} REUSE_FROM ${target})
  endforeach()
endfunction()
