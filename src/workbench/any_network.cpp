#include <cortexpr/workbench/any_network.hpp>

#include "bounded_activity.hpp"
#include "perturbation_text.hpp"
#include "probed_network.hpp"

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

any_network::any_network(network_module& network) : areas_(&network), probed_(workbench::probed(network)) {}
any_network::any_network(connectome_module& network) : connectome_(&network), probed_(workbench::probed(network)) {}

trainable& any_network::module() const { return probed_->module(); }
std::string any_network::name() const { return probed_->name(); }
std::vector<std::string> any_network::type_names() const { return probed_->type_names(); }

perturbation perturbation_in(const any_network& network, perturbation::kind kind, std::string_view text) {
    return network.probed().perturbation_in(kind, text);
}

perturbation perturbation_in(const any_network& network, std::string_view text) {
    const auto [kind, part] = kind_and_part(text);
    return perturbation_in(network, kind, part);
}

std::string text_of(const any_network& network, const perturbation& one) { return network.probed().text_of(one); }

}  // namespace cortexpr::workbench
