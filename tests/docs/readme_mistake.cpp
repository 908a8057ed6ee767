#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct Pyr : excitatory<16> {};
struct PV : inhibitory<8> {};
struct SST : inhibitory<8> {};

// BLOCK 1
