#pragma once
// A network of single cells for Python.

#include "owned_by_python.hpp"

#include <cortexpr/module/connectome_module.hpp>

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cortexpr::python {

/// What a run is asked for besides its input. A name is a cell type's or the id of one cell; "output" is recorded, too.
struct named_cells_request {
    std::optional<int> steps{};
    cortexpr::layout layout = cortexpr::layout::batch_first;
    bool all_steps = false;
    std::vector<std::string> record{};
    std::map<std::string, int> silence{};                 ///< the step from which states are 0; the first is 1
    std::vector<std::pair<std::string, double>> clamp{};  ///< values at which states are held
    std::map<std::string, double> inject{};               ///< currents, in units of the drive
    at::Tensor start{};                     ///< states before the first step, (B, N) or (1, N); undefined: as declared
    std::optional<continuous_time> time{};  ///< in place of steps
};

/// What a run gives; recorded states by the names that were asked for, (B, T, cells) or time first.
struct named_cells_result {
    std::map<std::string, at::Tensor> recorded{}, final_states{};  ///< final ones by type, (B, cells)
    at::Tensor output{}, logits{};
    std::vector<double> times{};
};

/// One entry for each synapse: presynaptic cells, postsynaptic cells and weights; or cells, channels and weights.
using synapse_arrays = std::array<at::Tensor, 3>;

/// A graph as arrays. Cells are numbers from 0.
struct circuit_arrays {
    synapse_arrays synapses;
    std::vector<std::string> types;                      ///< by cell, its type's name
    std::vector<std::string> ids{};                      ///< by cell; none: numbers are the ids
    std::vector<neuron_class> classes{};                 ///< by cell; none: those of the types
    std::optional<synapse_arrays> stimulus{}, output{};  ///< of sparse projections
};

class connectome : public owned_by_python {
  public:
    /// \throws usage_error  data that don't fit the plan
    connectome(const plan::connectome& plan, const connectome_data& data, const connectome_options& options)
        : connectome(std::make_shared<connectome_module>(plan, data, options)) {}

    std::vector<std::string> parameter_names() const;
    std::vector<bool> trained() const;  ///< by parameter: frozen weights are not
    std::int64_t cell_count() const { return module_->cell_count(); }
    std::int64_t synapse_count() const { return module_->synapse_count(); }
    std::int64_t input_size() const { return module_->input_size(); }
    std::int64_t output_size() const { return module_->output_size(); }
    /// By cell; none where cells go by number.
    const std::vector<std::string>& ids() const { return module_->ids(); }
    std::string wiring() const { return module_->wiring(); }
    std::string difference_from(std::string_view noted_wiring) const { return module_->difference_from(noted_wiring); }
    /// The cells that a name stands for, rising. \throws usage_error  it stands for none
    std::vector<std::int32_t> cells(std::string_view name) const;

    /// Without a readout the output, (B, outputs).
    at::Tensor answer(const tensors& parameters, bool training, const at::Tensor& input, std::optional<int> steps,
                      layout layout, bool all_steps) override;
    named_cells_result run(const tensors& parameters, bool training, const at::Tensor& input,
                           const named_cells_request& request);

    /// From which from_arrays makes the same network, once it has the same parameters.
    circuit_arrays arrays() const;
    /// The same network, on its own from now on.
    std::unique_ptr<connectome> copied() const;

  private:
    explicit connectome(std::shared_ptr<connectome_module> module);
    connectome_request request_of(const named_cells_request& named) const;
    trainable& module() override { return *module_; }
    const trainable& module() const override { return *module_; }

    std::shared_ptr<connectome_module> module_;
    at::Tensor cells_by_type_;  ///< one type's after the other's
    std::vector<std::int64_t> sizes_of_types_;
};

/// Arrays as data for a plan. Synapses between the same two cells are added up.
/// \throws usage_error  arrays of different lengths, or a cell, channel or type that isn't there
connectome_data data_from_arrays(const plan::connectome& plan, const circuit_arrays& given);

}  // namespace cortexpr::python
