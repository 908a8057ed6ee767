#pragma once
// A model's file, what it says of its training, and a network shown examples as it was trained.

#include "data_sets.hpp"

#include <cortexpr/io/tensor_file.hpp>
#include <cortexpr/module/trainable.hpp>
#include <cortexpr/workbench/any_network.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cortexpr::application {

class program_network;

/// What --help says of a model's file.
inline constexpr const char* help_of_model = "the parameters: .safetensors, .pt, .npz or a folder of arrays";
/// The same where none need be given.
std::string help_of_model_or_none();

/// Read once: it may be a pipe. \throws file_error
io::tensor_file read_model(const std::string& model);

/// What sets how weights start is refused where they come from a model. \throws usage_error
void require_no_start(const given_settings& given, bool has_model);

/// How a trained network is used.
struct shown_anew {
    const given_settings& given;
    int steps;
    bool takes_steps = true;    ///< and not as many as sequences have
    bool is_normalised = true;  ///< what it is shown, by mean and deviation
    bool has_data_set = true;   ///< from which these can be taken
};

/// As examples of the command line's data are shown.
shown_anew shown_as(const given_settings& given, decltype(app_options::make_data) make_data,
                    const data::labelled_images& examples, int steps);

/// The keys of what `train` notes in a model's file, and such values as are no numbers.
namespace model_note {
inline constexpr const char* steps = "steps";
inline constexpr const char *loss_steps = "loss", *all_steps = "all steps", *last_step = "last step";
inline constexpr const char* loss = "error";  ///< by its name
inline constexpr const char *mean = "mean", *deviation = "deviation";
inline constexpr const char* first_label = "first label";              ///< of a classifier
inline constexpr const char* target_deviations = "target deviations";  ///< of a regressor
inline constexpr const char *shown = "shown", *sequences = "sequences";
inline constexpr const char* perturbed = "perturbed";  ///< by what, in the training
}  // namespace model_note

/// What `train` notes in a model's file about how the model was trained.
class training_notes {
  public:
    training_notes(const std::string& model, const io::metadata_map& notes) : model_(model), notes_(notes) {}

    bool loss_all_steps() const { return text(model_note::loss_steps) == model_note::all_steps; }
    /// The perturbations that it was trained under; empty for none.
    std::string perturbations() const { return text(model_note::perturbed); }
    /// Shown sequences, not still images.
    bool is_of_sequences() const { return text(model_note::shown) == model_note::sequences; }
    /// None where it isn't known.
    std::optional<loss_kind> loss() const;
    /// What the errors of a regressor's targets are divided by; empty where it isn't known.
    /// \throws file_error  the note doesn't hold as many positive numbers
    std::vector<double> target_deviations(int targets) const;
    /// \throws file_error  as first_label: the note isn't a number
    std::optional<int> steps() const;
    std::optional<int> first_label() const { return number(model_note::first_label, "as first label", "", 0, 1); }

    /// Where the command line doesn't say how to normalise, the notes do.
    void normalise_as_trained(run_settings& settings) const;

    /// A line for each thing in which what is computed may differ from the training: perturbations, and what neither
    /// the file nor the command line says.
    void say_what_is_open(const std::string& program, const shown_anew& shown) const;

  private:
    std::string text(const char* key) const { return notes_.contains(key) ? notes_.find(key)->second : ""; }
    std::string numbers(const char* key) const;
    std::optional<int> number(const char* key, const char* what, const char* advice, int least, int most) const;

    std::string model_;
    io::metadata_map notes_;
};

/// As steps_of without notes, which are asked only where neither the command line nor the examples say how many.
/// \throws usage_error, file_error
int steps_of(const data::labelled_images& examples, const given_settings& given, const training_notes& notes,
             int otherwise);

/// A network that is looked at while it is shown examples.
struct shown_request {
    std::string program{};
    decltype(app_options::make_data) make_data = nullptr;
    given_settings given{};
    std::vector<std::string> models{};  ///< none: a network as training begins
    data::split part = data::split::test;
    bool makes_stimuli = false;  ///< and so needs no examples of a model
};

struct shown_networks {
    data::labelled_images examples;  ///< none where stimuli are made for a model
    int steps = 0;
    std::vector<std::shared_ptr<trainable>> networks;  ///< one for each model
    std::vector<workbench::any_network> probed;        ///< the same
};

/// Models and examples, as the first model's notes and the settings say.
/// \param opened  is called with the first network before anything else is read, so that a name that it hasn't is found
///                before the data is read
/// \throws file_error, usage_error
shown_networks load_shown(program_network& network, const shown_request& request,
                          const std::function<void(const workbench::any_network&)>& opened);

}  // namespace cortexpr::application
