// torch-biopl's documented examples, as types:  from_torch_biopl
#include <cortexpr/describe/declaration.hpp>
#include <cortexpr/module/model.hpp>
#include <cortexpr/presets.hpp>

#include <torch/types.h>

#include <cstdio>

using namespace cortexpr;

// clang-format off

// ---- basic_spatial_example

struct E : excitatory<16> {};
struct I : inhibitory<16> {};

struct V1 : area<
    input<1, 28, 28>,
    neurons<E, I>,
    connectivity<
        //             E  I  output
        from<stimulus, 1, 1, 0>,
        from<E,        1, 1, 1>,
        from<I,        1, 1, 0>>,
    output<32>> {};

struct Basic : classifier<network<V1>, classes<10>, hidden<256>, dropout<0.5>> {};

// ---- advance_configs: synapse and neuron nonlinearities

/// min(max(z, 0), 5), a function of one's own.
struct UpTo5 {
    static constexpr bool can_be_negative = false;
    template <class Real>
    static Real value(Real z) { return z < 0 ? Real(0) : z > 5 ? Real(5) : z; }
    template <class Real>
    static Real slope(Real z) { return z > 0 && z < 5 ? Real(1) : Real(0); }
};
struct BoundedI : inhibitory<16, nonlinearity<custom<UpTo5>>> {};

constexpr edge rectified_edge{.nonlinearity = activation::relu};

struct Bounded : area<
    input<1, 28, 28>,
    neurons<E, BoundedI>,
    presets::ei_wiring<E, BoundedI, rectified_edge>,     // every edge of the wiring is this one
    output<32>> {};

// ---- advance_configs: microcircuits

struct FeedbackInhibition : area<
    input<1, 28, 28>,
    neurons<E, I>,
    connectivity<
        //             E  I  output
        from<stimulus, 1, 0, 0>,
        from<E,        0, 1, 1>,
        from<I,        1, 1, 0>>,
    output<32>> {};

struct FeedforwardInhibition : area<
    input<1, 28, 28>,
    neurons<E, I>,
    connectivity<
        //             E  I  output
        from<stimulus, 1, 1, 0>,
        from<E,        1, 0, 1>,
        from<I,        1, 1, 1>>,
    output<32>> {};

struct Pyr : excitatory<16> {};
struct PV : inhibitory<8> {};
struct SST : inhibitory<8> {};
struct VIP : inhibitory<8> {};

struct Column : area<
    input<1, 28, 28>,
    neurons<Pyr, PV, SST, VIP>,
    connectivity<
        //             Pyr PV SST VIP output
        from<stimulus, 1,  0, 0,  0,  0>,
        from<Pyr,      1,  1, 1,  1,  1>,
        from<PV,       1,  1, 0,  0,  0>,
        from<SST,      1,  1, 0,  1,  0>,
        from<VIP,      0,  0, 1,  0,  0>>,
    output<32>> {};

// ---- advance_configs: who shares a time constant, and what it starts from

struct A : excitatory<16, tau<tau_mode::per_type, 2.0>> {};                           // 1
struct B : excitatory<16, tau<tau_mode::per_subtype, uniform_draw{1, 5}>> {};         // 16
struct C : inhibitory<16, tau<tau_mode::spatial, normal_draw{3, 0.5}>> {};            // 28 x 28
struct D : inhibitory<16, tau<tau_mode::per_subtype_spatial>> {};                     // 16 x 28 x 28

struct Shared : area<
    input<1, 28, 28>,
    neurons<A, B, C, D>,
    connectivity<
        //             A  B  C  D  output
        from<stimulus, 1, 1, 1, 1, 0>,
        from<A,        1, 0, 0, 0, 1>,
        from<B,        0, 1, 0, 0, 1>,
        from<C,        1, 0, 0, 0, 0>,
        from<D,        0, 1, 0, 0, 0>>,
    output<32>> {};

// ---- advance_configs: hierarchies, and feedback between areas

struct WideE : excitatory<32> {};
struct WideI : inhibitory<32> {};

struct V2 : area<
    input<32, 14, 14>,
    neurons<WideE, WideI>,
    presets::ei_wiring<WideE, WideI>,                    // the same matrix as in V1
    output<32>> {};

struct Hierarchy : network<V1, V2> {};

struct HearingV1 : area<
    input<1, 28, 28>,
    feedback_channels<16>,
    neurons<E, I>,
    connectivity<
        //             E  I  output
        from<stimulus, 1, 1, 0>,
        from<top_down, 1, 0, 0>,
        from<E,        1, 1, 1>,
        from<I,        1, 1, 0>>,
    output<32>> {};

struct WithFeedback : network<HearingV1, V2, feedback<V2, HearingV1>> {};

// clang-format on

namespace {

template <class Declared>
void show(const char* example) {
    const at::NoGradGuard no_gradients;
    const auto net = make<Declared>();
    const auto answer = net->forward(at::rand({4, 1, 28, 28}), steps{5});
    std::printf("%-24s %7lld parameters  (4, 1, 28, 28) -> (", example,
                static_cast<long long>(parameter_count<Declared>));
    for (int dimension = 0; dimension < answer.dim(); ++dimension)
        std::printf(dimension == 0 ? "%lld" : ", %lld", static_cast<long long>(answer.size(dimension)));
    std::puts(")");
}

}  // namespace

int main() {
    show<Basic>("basic");
    show<network<Bounded>>("nonlinearities");
    show<network<FeedbackInhibition>>("feedback inhibition");
    show<network<FeedforwardInhibition>>("feedforward inhibition");
    show<network<Column>>("Pyr-PV-SST-VIP");
    show<network<Shared>>("time constants");
    show<Hierarchy>("hierarchy");
    show<WithFeedback>("feedback");
    std::puts(describe::connectivity_template<neurons<E, I>>({.top_down = true}).c_str());
}
