// Amounts of perturbations.

#include "run/amount_rules.hpp"

#include "catch.hpp"

#include <limits>

namespace run_amount_rules_test {

using namespace cortexpr;
using kind = perturbation::kind;

TEST_CASE("amounts of perturbations: what fits, and a sentence for what doesn't") {
    for (const auto is : {kind::clamp, kind::inject, kind::noise, kind::scale_edge, kind::freeze_tau}) {
        CHECK(fault_of_amount(is, 1.5, at::kFloat, neuron_class::inhibitory).empty());
        CHECK(fault_of_amount(is, std::numeric_limits<double>::quiet_NaN(), at::kFloat) ==
              "has an amount of nan, which is not finite");
        CHECK(fault_of_amount(is, 1e300, at::kFloat) == "has an amount of 1e+300, beyond float32");
        CHECK(fault_of_amount(is, 1e300, at::kDouble).empty());
        CHECK(fault_of_amount(is, std::numeric_limits<double>::infinity(), at::kDouble) ==
              "has an amount of inf, which is not finite");
    }
    CHECK(fault_of_amount(kind::inject, -1, at::kFloat).empty());
    CHECK(fault_of_amount(kind::clamp, -1, at::kFloat).empty());
    CHECK(fault_of_amount(kind::clamp, -1, at::kFloat, neuron_class::inhibitory) ==
          "holds a negative rate, -1, which would turn the sign of an inhibitory neuron; give one from 0");
    CHECK(fault_of_amount(kind::noise, 0, at::kFloat).empty());
    CHECK(fault_of_amount(kind::noise, -0.5, at::kFloat) == "has the deviation -0.5; give one from 0");
    CHECK(fault_of_amount(kind::scale_edge, -2, at::kFloat) ==
          "has the factor -2, which would turn signs of weights; give one from 0");
    CHECK(fault_of_amount(kind::freeze_tau, 0.5, at::kFloat) == "has the time constant 0.5; give one from 1");
}

}  // namespace run_amount_rules_test
