#pragma once
// A plan that owns its storage, for networks that are not declared as types. Those have static storage and need none.

#include <cortexpr/compiler.hpp>

#include <cortexpr/dsl/classifier.hpp>
#include <cortexpr/dsl/network.hpp>
#include <cortexpr/plan/network.hpp>

#include <memory>
#include <string_view>

namespace cortexpr::plan {

/// A network's arrays and names. It never changes, so copies share them; they live as long as the last copy. The code
/// of a user's nonlinearities is not copied.
class stored_network {
  public:
    /// Copies all that the network names, which may then end.
    explicit stored_network(const plan::network& network);

    /// Lowers a declaration that keeps the rules of check/, as `plan_of` does at compile time. No classifier has a head
    /// without `has_network`.
    stored_network(std::string_view name, const network_declaration& declared, const readout_declaration& head);

    stored_network(const stored_network&) = default;  // and no move: every object has a network
    stored_network& operator=(const stored_network&) = default;
    ~stored_network() = default;

    /// Spans into the storage: valid as long as this object or a copy of it.
    const plan::network& network() const noexcept { return *network_; }

  private:
    std::shared_ptr<const plan::network> network_;
};

}  // namespace cortexpr::plan
