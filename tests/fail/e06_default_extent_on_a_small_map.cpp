// The default extent of 3 x 3 on a map of 2 x 2, high in the hierarchy.
// EXPECT: [cortexpr E06]
// EXPECT: E06_large_extent<cortexpr::stimulus, E, 3, 3, 2, 2>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<64> {};
constexpr edge pointwise{.extent = {1, 1}};

struct IT : area<input<256, 2, 2>, neurons<E>,
#ifdef BAD_CODE
    connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>,
#else
    connectivity<from<stimulus, pointwise, 0>, from<E, pointwise, pointwise>>,
#endif
    output<64>> {};
