#include <cortexpr/workbench/any_network.hpp>

#include "perturbation_text.hpp"
#include "probed_network.hpp"

namespace cortexpr::workbench {

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
