#define CORTEXPR_INSTRUCTION_SET avx2
#define CORTEXPR_VECTOR_BYTES 32
#include "table_of.hpp"
#include "tables.hpp"

namespace cortexpr::kernels {

extern const kernel_table<float> avx2_float = avx2::table<float>("avx2");
extern const kernel_table<double> avx2_double = avx2::table<double>("avx2");

}  // namespace cortexpr::kernels
