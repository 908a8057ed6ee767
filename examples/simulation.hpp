#pragma once
// What the simulations share: the command line, and how they show what they found.

#include <cortexpr/module/network_module.hpp>
#include <cortexpr/view/plot.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace simulation {

struct row {
    std::string label;
    std::vector<double> numbers;
};

/// What a simulation found. Printed as a table with a sentence below it; with --out, the table is also written as
/// PROGRAM.csv and the plots as PROGRAM.svg.
struct findings {
    std::string title{};
    std::vector<std::string> columns{};  ///< of the label and of the numbers
    std::vector<row> rows{};
    std::string conclusion{};
    std::vector<cortexpr::view::line_plot> plots{};
};

/// A whole program: reads --seed and --out, simulates, shows. Returns the exit status: 0, 1 for an error, 2 for a
/// command line that isn't understood.
int program(int argc, char** argv, const std::string& about,
            const std::function<findings(std::uint64_t seed)>& simulate);

/// Makes all weights and biases 0, so that a circuit can be set by hand; time constants stay.
void disconnect(cortexpr::network_module& network);

/// The mean over batch, channels and positions at each step of what was recorded, (B, T, C, H, W).
std::vector<double> mean_trace(const at::Tensor& recorded);

/// Axes for rates over steps.
cortexpr::view::line_plot rates_plot(std::string title);

/// A curve over the steps 1, 2, ...
cortexpr::view::curve over_steps(std::string label, std::vector<double> values);

}  // namespace simulation
