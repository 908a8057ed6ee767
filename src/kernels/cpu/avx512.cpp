#define CORTEXPR_INSTRUCTION_SET avx512
#define CORTEXPR_VECTOR_BYTES 64
#include "table_of.hpp"
#include "tables.hpp"

namespace cortexpr::kernels {

extern const kernel_table<float> avx512_float = avx512::table<float>("avx512");
extern const kernel_table<double> avx512_double = avx512::table<double>("avx512");

}  // namespace cortexpr::kernels
