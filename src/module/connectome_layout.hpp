#pragma once
// A plan and a graph as one: which parameters the network has, and which entry of them each cell and synapse reads.

#include "../executors/connectome/recurrence.hpp"
#include "../plan/cell_sign.hpp"

#include <cortexpr/module/connectome_data.hpp>
#include <cortexpr/plan/connectome.hpp>

#include <ATen/core/Tensor.h>

#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace cortexpr {

/// Entries of parameters by cell or synapse; -1 reads the constant that stands for a missing parameter.
using entry_list = std::vector<std::int32_t>;

/// A stimulus or output part whose cells are known.
struct laid_projection {
    projection_kind kind = projection_kind::one_to_one;
    std::int64_t size = 0;                 ///< inputs or outputs
    std::vector<std::int32_t> cells;       ///< that take part; of a sparse one, by entry
    std::vector<std::int32_t> channels{};  ///< of a sparse one, by entry
    std::vector<double> starting{};        ///< weights of a sparse one, by entry
    bool is_every_cell = false;            ///< cells are 0 to N-1
    int weight = -1, bias = -1;            ///< parameters
};

/// A text that is made when it is first asked for, by any thread, and kept.
class kept_text {
  public:
    template <class Make>
    const std::string& get(const Make& make) const {
        std::call_once(is_made_, [&] { text_ = make(); });
        return text_;
    }

  private:
    mutable std::once_flag is_made_;
    mutable std::string text_;
};

/// Owns what it refers to; a module and its copies share one.
struct connectome_layout {
    plan::connectome plan;  ///< over storage of this layout
    std::string name;
    std::vector<std::string> type_names;
    std::vector<plan::cell_type> types;
    std::vector<type_pair> connections;
    std::vector<int> stimulated_types, read_types;
    std::shared_ptr<const executors::recurrent_circuit> circuit;
    std::vector<std::string> ids;
    std::vector<neuron_class> class_of_cell;  ///< of the type or, of a hybrid type, that which the graph says
    bool graph_has_classes = false;
    std::vector<plan::parameter> parameters;
    plan::readout readout{};
    laid_projection stimulus, output;
    int weights = -1, hybrid_weights = -1;  ///< parameters: of synapses that obey Dale's law, and of the others
    int bias = -1, tau = -1;
    entry_list weight_entries;   ///< by synapse: into weights, and from its end on hybrid_weights; empty: the same
    bool scales_counts = false;  ///< a weight that synapses share is multiplied by `given`
    executors::compact_numbers<double> given;  ///< by synapse, as in the graph: counts, or what own weights start from
    std::vector<double> total_input;           ///< by cell: over this, own weights start; empty: as given
    std::vector<double> shared_start;          ///< by entry of weights, then of hybrid_weights, that synapses share
    entry_list bias_entries, tau_entries;      ///< by cell
    kept_text fingerprint, wiring;             ///< for fingerprint_of and wiring_of

    std::size_t cell_count() const { return circuit->type_of_cell.size(); }
    const plan::cell_type& type_of(std::int64_t cell) const {
        return types[static_cast<std::size_t>(circuit->type_of_cell[static_cast<std::size_t>(cell)])];
    }
    bool may_be_negative(std::int64_t cell) const {
        return plan::may_be_negative(type_of(cell), class_of_cell[static_cast<std::size_t>(cell)]);
    }

    /// Weights at the start, by entry of weights, then of hybrid_weights.
    std::vector<double> starting_weights() const;
};

/// \throws usage_error  a graph that doesn't fit the declaration
std::shared_ptr<const connectome_layout> lay_out(const plan::connectome& plan, const connectome_data& data,
                                                 cortexpr::starting_weights scale);

/// As connectome_module::data has it.
connectome_data data_of(const connectome_layout& layout);

}  // namespace cortexpr
