// Declarations that the compiler refuses:  g++ -std=c++20 -I include -D MISTAKE=1 ... with 1 to 4
#include <cortexpr/dsl.hpp>

using namespace cortexpr;

// clang-format off
struct Pyr : excitatory<16> {};
struct SST : inhibitory<4> {};

#if MISTAKE == 1
struct V1 : area<input<1, 28, 28>, neurons<Pyr, SST>,
    connectivity<
        //             Pyr SST output
        from<stimulus, 1,  0,  0>,
        from<Pyr,      1,  1,  1>,
        from<SST,      0,  0,  0>>,
    output<32>> {};
#elif MISTAKE == 2
struct V1 : area<input<1, 28, 28>, neurons<Pyr, SST>,
    connectivity<
        //             Pyr                SST output
        from<stimulus, 1,                 0,  0>,
        from<Pyr,      1,                 1,  1>,
        from<SST,      edge{.groups = 8}, 0,  0>>,
    output<32>> {};
#elif MISTAKE == 3
struct Cell : excitatory<16, nonlinearity<activation::tanh>> {};

struct V1 : area<input<1, 28, 28>, neurons<Cell>,
    connectivity<
        //             Cell output
        from<stimulus, 1,   0>,
        from<Cell,     1,   1>>,
    output<32>> {};
#else
struct V1 : area<input<1, 28, 28>, neurons<Pyr, SST>,
    connectivity<
        //             Pyr SST output
        from<stimulus, 1,  0,  0>,
        from<Pyr,      1,  1,  1>,
        from<SST,      1,  0,  0>>,
    output<32>> {};
#endif

#if MISTAKE == 4
struct V2 : area<input<16, 14, 14>, neurons<Pyr>, connectivity<from<stimulus, 1, 0>, from<Pyr, 1, 1>>, output<32>> {};
struct Visual : network<V1, V2> {};
static_assert(parameter_count<Visual> > 0);
#endif

// Asked without an error, as in a test, or in code that makes declarations. An alias, for a struct would have fired.
using deaf = area<input<1, 28, 28>, neurons<Pyr>, connectivity<from<stimulus, 1, 0>, from<Pyr, 1, 0>>, output<32>>;
static_assert(!wirable<deaf>);
static_assert(broken_rule<deaf> == rule::no_output_edge);
// clang-format on

int main() {}
