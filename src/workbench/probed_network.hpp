#pragma once
// What the workbench asks of a network of either family: runs, and what their parts are called.

#include <cortexpr/module/trainable.hpp>
#include <cortexpr/run/request.hpp>
#include <cortexpr/run/result.hpp>
#include <cortexpr/workbench/record.hpp>

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace cortexpr {
class connectome_module;
class network_module;
}  // namespace cortexpr

namespace cortexpr::workbench {

/// A dimension of a recorded array behind images and steps.
struct recorded_axis {
    const char* name;   ///< "channel"
    const char* thing;  ///< what its indices are called in texts: "subtype"
    int count = 0;
    std::vector<int> perturbed_part::*chosen;  ///< which of them were asked for; none: all
};

/// Types are neuron types or cell types. A connectome has one area, whose output is its own.
class probed_network {
  public:
    probed_network() = default;
    probed_network(const probed_network&) = delete;
    probed_network& operator=(const probed_network&) = delete;
    virtual ~probed_network() = default;

    virtual trainable& module() const = 0;
    virtual std::string name() const = 0;
    virtual nlohmann::ordered_json declaration() const = 0;
    virtual bool has_readout() const = 0;
    virtual std::vector<std::string> type_names() const = 0;
    /// The shape of a type's states of one sample and step: (C, H, W) or (cells).
    virtual std::vector<std::int64_t> type_shape(std::size_t type) const = 0;
    /// How many neurons, or cells, that is.
    std::int64_t neurons(std::size_t type) const;
    virtual std::size_t areas() const = 0;

    /// States are (B, T, ...) and final states (B, ...), by type. \throws usage_error, divergence_error
    run_result run(const at::Tensor& inputs, const run_request& request) const;

    /// \throws usage_error  the network has no such array
    virtual void check(const recorded_array& one) const = 0;
    virtual std::string name_of(const recorded_array& one) const = 0;
    virtual recorded_array array_in(std::string_view text) const = 0;
    /// The axes of an array that isn't the logits.
    virtual std::vector<recorded_axis> axes_of(const recorded_array& one) const = 0;
    /// Which cells an array has, for tables beside it: their ids where these are whole numbers, else their numbers.
    /// Empty where positions say enough.
    virtual std::vector<std::int64_t> cells_in(const recorded_array&, const std::vector<int>&) const { return {}; }
    /// Ids that are no numbers.
    virtual std::vector<std::string> ids_in(const recorded_array&, const std::vector<int>&) const { return {}; }

    virtual perturbation perturbation_in(perturbation::kind kind, std::string_view text) const = 0;
    virtual std::string text_of(const perturbation& one) const = 0;

  private:
    virtual run_result computed(const at::Tensor& inputs, const run_request& request) const = 0;
};

/// An array whose part is yet to be found by its name.
struct unplaced_array {
    recorded_array array{};
    std::string name{};
};
/// \throws usage_error  what can't be understood, an amount, or images
unplaced_array unplaced_array_in(std::string_view text);
/// \throws usage_error  a part of the logits is asked for
void require_whole_logits(const recorded_array& logits);

std::shared_ptr<const probed_network> probed(network_module& network);
std::shared_ptr<const probed_network> probed(connectome_module& network);

}  // namespace cortexpr::workbench
