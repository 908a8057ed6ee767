// What the compiler knows of a declared network: declared
#include "digits.hpp"

#include <cortexpr/plan/names.hpp>

#include <iostream>

static_assert(parameter_count<Digits> == 20'778);  // known before anything runs

int main() {
    std::cout << parameter_count<Digits> << " parameters\n";
    std::cout << state_bytes<Digits> << " bytes of rates for an image\n";
    std::cout << forward_flops<Digits, 5> << " operations for an image that is shown for 5 steps\n\n";
    const auto& network = plan_of<Digits>;
    for (const auto& edge : edges<Digits>)
        std::cout << plan::source_name(network, edge) << (edge.sign > 0 ? " -> " : " -| ")
                  << plan::target_name(network, edge) << "  " << edge.input.channels << " to " << edge.output.channels
                  << " channels, " << edge.extent.height << " x " << edge.extent.width
                  << (edge.non_negative ? ", weights >= 0\n" : ", weights of either sign\n");
}
