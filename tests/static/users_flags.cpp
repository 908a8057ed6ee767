// A program such as users write, also compiled with flags that they have and this project has not (CMakeLists.txt).
#include <cortexpr/app.hpp>
#include <cortexpr/presets.hpp>
#include <cortexpr/schedule/work/work.hpp>

using namespace cortexpr;

namespace {

struct Squared {
    static constexpr bool can_be_negative = false;
    static constexpr bool is_smooth = true;
    template <class Real>
    static constexpr Real value(Real x) {
        return x * x;
    }
    template <class Real>
    static constexpr Real slope(Real x) {
        return 2 * x;
    }
};

#ifdef I_IS_A_MACRO
static_assert(parameter_count<presets::spatial_1e1i1a<10>> == 46'106);
#undef I
#endif

struct E : excitatory<16, nonlinearity<custom<Squared>>> {};
struct I : inhibitory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E, I>,
                 connectivity<from<stimulus, 1, 1, 0>, from<E, 1, 1, 1>, from<I, 1, 1, 0>>, output<32>> {};
struct Digits : classifier<network<V1>, classes<10>, hidden<256>, dropout<0.5>> {};

static_assert(parameter_count<Digits> == 25'290);
static_assert(largest_slope_error<Squared>() < 1e-6);
static_assert(planned_forward_flops<Digits, 5> < planned_forward_flops<Digits, 100>);

}  // namespace

int main(int argc, char** argv) { return app<Digits>(argc, argv); }
