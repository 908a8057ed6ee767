#include "launch.hpp"
namespace cortexpr::kernels::cuda::sized {
kernel_set compiled(const shape&, int, std::string& why) {
    why = "none";
    return {};
}
}  // namespace cortexpr::kernels::cuda::sized
