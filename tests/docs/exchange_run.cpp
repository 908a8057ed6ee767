#include "bench/digits.hpp"

#include <cortexpr/module/model.hpp>
#include <cortexpr/module/tensor_files.hpp>
#include <cortexpr/onnx/write.hpp>

void exchanged() {
    using namespace cortexpr;
    const auto net = make<Digits>();
    // BLOCK 1
}
