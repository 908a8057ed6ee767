#include "tensor_rules.hpp"

#include <cortexpr/error.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>

namespace cortexpr::executors {

std::string dtype_name(at::ScalarType dtype) {
    switch (dtype) {
        case at::kFloat:
            return "float32";
        case at::kDouble:
            return "float64";
        case at::kHalf:
            return "float16";
        case at::kByte:
            return "uint8";
        case at::kInt:
            return "int32";
        case at::kLong:
            return "int64";
        default: {
            std::string name = c10::toString(dtype);
            std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
            return name;
        }
    }
}

void require_dtype(at::ScalarType dtype) {
    if (dtype != at::kFloat && dtype != at::kDouble)
        throw usage_error(fmt::format("a network's parameters can't be {}; choose torch::kFloat or torch::kDouble",
                                      dtype_name(dtype)));
}

void require_dense(std::string_view what, const at::Tensor& tensor) {
    if (tensor.is_nested())
        throw usage_error(fmt::format("{} is a nested tensor; give one of samples of equal sizes", what));
    if (tensor.layout() != at::kStrided)
        throw usage_error(fmt::format("{} is a sparse tensor; give tensor.to_dense()", what));
}

std::string text_of(at::IntArrayRef sizes) {
    return fmt::format("({}{})", fmt::join(sizes, ", "), sizes.size() == 1 ? "," : "");
}

}  // namespace cortexpr::executors
