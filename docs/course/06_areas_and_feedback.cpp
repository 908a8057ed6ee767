// V2 tells V1 what it sees: where it is told, and when:  areas_and_feedback
#include "figure.hpp"

#include <cortexpr/module/model.hpp>
#include <cortexpr/workbench/wiring.hpp>

#include <torch/types.h>

#include <cstdio>

using namespace cortexpr;

struct Pyr : excitatory<1, nonlinearity<activation::relu>> {};  // the same type in both areas

constexpr edge point{.extent = {1, 1}, .bias = false};  // from a position to that position

// clang-format off
struct V1 : area<
    input<1, 16, 16>,
    feedback_channels<1, neuron_class::excitatory>,  // what later areas send back: the row top_down
    neurons<Pyr>,
    connectivity<
        //             Pyr    output
        from<stimulus, point, 0>,
        from<top_down, point, 0>,
        from<Pyr,      0,     point>>,
    output<1>> {};

struct V2 : area<
    input<1, 8, 8>,                                  // V1's output, pooled from 16 x 16 to 8 x 8
    neurons<Pyr>,
    connectivity<
        //             Pyr    output
        from<stimulus, point, 0>,
        from<Pyr,      0,     point>>,
    output<1>> {};

struct Visual : network<
    V1, V2,
    feedback<V2, V1, point>,                         // from, to
    area_delay<1>> {};                               // an area hears the one below a step later
// clang-format on

namespace {

constexpr int length = 12;

/// The rates of V1 at row 7 of a column, step by step. Recordings are (images, steps, subtypes, rows, columns).
template <class Run>
std::vector<double> rates_at(const Run& run, int column) {
    return numbers_of(run.template state<V1, Pyr>().index({0, at::indexing::Slice(), 0, 7, column}));
}

}  // namespace

int main() {
    const at::NoGradGuard no_gradients;
    const auto net = make<Visual>();
    net->set(weight_of<V1, stimulus, Pyr>{}, 1.0);  // weights by hand, so that one can follow the numbers
    net->set(weight_of<V1, top_down, Pyr>{}, 1.0);
    net->set(weight_of<V1, Pyr, to_output>{}, 1.0);
    net->set(weight_of<V2, stimulus, Pyr>{}, 1.0);
    net->set(weight_of<V2, Pyr, to_output>{}, 1.0);
    net->set(weight_of<feedback<V2, V1>>{}, 0.5);

    auto image = at::zeros({1, 1, 16, 16});
    image.narrow(2, 6, 2).narrow(3, 6, 2).fill_(1);  // a spot at rows 6 and 7, columns 6 and 7
    const auto intact = net->run(image, steps{length}, record<V1, Pyr>{});
    const auto deaf = net->run(image, steps{length}, record<V1, Pyr>{}, cut<feedback<V2, V1>>{.from = 7});

    const auto on = rates_at(intact, 7), beside = rates_at(intact, 8), cut_beside = rates_at(deaf, 8);
    std::puts("step   on the spot   beside it   beside it, feedback cut from step 7 on");
    for (std::size_t step = 0; step < length; ++step)
        std::printf("%2zu     %.3f         %.3f       %.3f\n", step + 1, on[step], beside[step], cut_beside[step]);

    const auto figure = rates_figure("V1", {over_steps("on the spot", on), over_steps("beside it", beside),
                                            over_steps("beside it, cut", cut_beside)});
    view::write_svg("feedback.svg", std::span(&figure, 1));
    workbench::write_wiring(plan_of<Visual>, "areas.svg");
}
