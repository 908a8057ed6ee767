#pragma once
// A network that isn't declared as a type as a module:
//
//     const auto net = std::make_shared<stored_module>(describe::read_file("digits.json"));

#include <cortexpr/module/network_module.hpp>
#include <cortexpr/plan/stored.hpp>

namespace cortexpr {

/// A network_module that holds the storage of its plan.
class stored_module : public network_module {
  public:
    /// \throws usage_error  as network_module
    explicit stored_module(const plan::stored_network& network, const module_options& options = {})
        : network_module(network.network(), options), network_(network) {}

  protected:
    std::shared_ptr<network_module> another(const std::optional<at::Device>& device) const override {
        return std::make_shared<stored_module>(network_, options_for(device));
    }

  private:
    plan::stored_network network_;
};

}  // namespace cortexpr
