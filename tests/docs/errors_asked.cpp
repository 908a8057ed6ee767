#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
// BLOCK 1
