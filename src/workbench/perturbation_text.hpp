#pragma once
// What texts of perturbations have in common, whichever family's parts they name. No LibTorch here.

#include <cortexpr/run/perturbation.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace cortexpr::workbench {

/// A perturbation whose part is yet to be found by its name.
struct unplaced_perturbation {
    cortexpr::perturbation perturbation{};
    std::string name{};
};
/// \throws usage_error  what can't be understood, or an amount too many or too few
unplaced_perturbation unplaced(perturbation::kind kind, std::string_view text);

/// "silence V1.I:2..": a kind, and what is to be done to which part. \throws usage_error  no kind, or nothing behind it
std::pair<perturbation::kind, std::string_view> kind_and_part(std::string_view text);

/// What stands behind the name: "[0..3]@*,2#0:2..=0.5".
std::string text_behind_name(const perturbation& one);

}  // namespace cortexpr::workbench
