#include "amount_rules.hpp"

#include <fmt/format.h>

#include <cmath>

namespace cortexpr {

std::string fault_of_amount(perturbation::kind is, double amount, at::ScalarType dtype,
                            std::optional<neuron_class> rates_of) {
    using kind = perturbation::kind;
    if (!std::isfinite(amount)) return fmt::format("has an amount of {}, which is not finite", amount);
    if (dtype != at::kDouble && !std::isfinite(static_cast<float>(amount)))
        return fmt::format("has an amount of {}, beyond float32", amount);
    if (is == kind::clamp && rates_of && amount < 0)
        return fmt::format("holds a negative rate, {}, which would turn the sign of an {} neuron; give one from 0",
                           amount, name_of(*rates_of));
    if (is == kind::noise && amount < 0) return fmt::format("has the deviation {}; give one from 0", amount);
    if (is == kind::scale_edge && amount < 0)
        return fmt::format("has the factor {}, which would turn signs of weights; give one from 0", amount);
    if (is == kind::freeze_tau && amount < 1) return fmt::format("has the time constant {}; give one from 1", amount);
    return {};
}

}  // namespace cortexpr
