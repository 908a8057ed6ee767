# cortexpr_precompile(<target>): what cortexpr/module/model.hpp brings of LibTorch, read once for all files of a target
# instead of 10 s for each. LibTorch's and the standard library's headers alone: cortexpr's own stay as quick to change.
function(cortexpr_precompile target)
  target_precompile_headers(${target} PRIVATE <torch/types.h> <torch/csrc/autograd/custom_function.h> <torch/nn/module.h>)
endfunction()
