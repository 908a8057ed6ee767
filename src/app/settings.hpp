#pragma once
// The settings of a training run. One table, in settings_table.cpp, says what each is called, what it must be and
// whether a continued run may change it; the command line, files of settings, checkpoints and the summary follow from
// it.

#include <cortexpr/app.hpp>
#include <cortexpr/named_value.hpp>
#include <cortexpr/train/training_options.hpp>

#include <array>
#include <optional>
#include <string>

namespace cortexpr::application {

enum class network_family : bool { areas, connectome };

/// All that a run depends on.
struct run_settings : training_options {
    network_family family = network_family::areas;  ///< the program's, which decides what settings there are
    std::string data{};                             ///< folder or file; unused where the program makes its examples
    std::string mean{}, deviation{};  ///< numbers with commas between, or "measured"; none: as the data set has it
    std::string initialisation = "balanced";
    std::string perturbations{};  ///< under which the network learns and is tested: "silence V1.I:2..; cut V1.E-V1.I"
    std::string synapses{}, cells{};                     ///< files of a connectome; unused where the program makes it
    std::string stimulus_synapses{}, output_synapses{};  ///< likewise, of projections that are declared as sparse
    // How these are read; none: as the program says.
    std::string prefix{}, unannotated_type{};
    std::optional<circuit::unannotated> unannotated{};
    std::optional<circuit::undeclared> undeclared{};
    std::string starting_weights = "by_total_input";  ///< of a connectome
    std::string device = "cpu";
    std::string precision = "float32";
    int threads = 0;                                      ///< 0: all cores
    std::optional<int> train_limit{}, test_limit{};       ///< only the first examples
    bool tensorboard = false;                             ///< write event files, too
    bool overfit_batch = false;                           ///< learn one batch by heart, and test on it
    std::string train_fingerprint{}, test_fingerprint{};  ///< of the examples, noted once they are known
};

}  // namespace cortexpr::application
