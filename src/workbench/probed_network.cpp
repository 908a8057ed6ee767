#include "probed_network.hpp"

#include "bounded_activity.hpp"

#include <cortexpr/error.hpp>
#include <cortexpr/workbench/named_parts.hpp>

#include <fmt/format.h>

namespace cortexpr::workbench {

std::int64_t probed_network::neurons(std::size_t type) const {
    std::int64_t count = 1;
    for (const auto size : type_shape(type)) count *= size;
    return count;
}

run_result probed_network::run(const at::Tensor& inputs, const run_request& request) const {
    auto found = computed(inputs, request);
    require_bounded(name(), found);
    return found;
}

unplaced_array unplaced_array_in(std::string_view text) {
    const auto part = part_in(text);
    if (part.amount || !part.where.images.empty())
        throw usage_error(
            fmt::format("'{}': what is recorded has no amount, and images are chosen for all arrays", text));
    return {{.from = part.from, .to = part.to, .where = part.where}, part.name};
}

void require_whole_logits(const recorded_array& logits) {
    const auto& where = logits.where;
    if (!where.subtypes.empty() || !where.rows.empty() || !where.columns.empty())
        throw usage_error("logits are recorded whole; leave the selection out");
}

}  // namespace cortexpr::workbench
