#define CORTEXPR_INSTRUCTION_SET portable
#define CORTEXPR_VECTOR_BYTES 16
#include "table_of.hpp"
#include "tables.hpp"

namespace cortexpr::kernels {

extern const kernel_table<float> portable_float = portable::table<float>("portable");
extern const kernel_table<double> portable_double = portable::table<double>("portable");

}  // namespace cortexpr::kernels
