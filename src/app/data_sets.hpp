#pragma once
// The data that a command line names.

#include "settings_options.hpp"

#include <cortexpr/app.hpp>
#include <cortexpr/data/load_images.hpp>

#include <optional>
#include <string>

namespace cortexpr::application {

/// What the examples are for.
struct examples_request {
    decltype(app_options::make_data) make = nullptr;
    data::expected_images expected;  ///< what the network takes, but for what the settings and the splits say
    const run_settings& settings;
    std::optional<int> first_label{};  ///< of the training split, where it is known
};

/// One split of the set that `make` makes or, where there is no such function, of the set in a folder; or its first
/// `limit` examples. Normalised as the settings say.
/// \throws file_error, usage_error
data::labelled_images load_examples(const examples_request& request, data::split part, std::optional<int> limit);

/// Constants as settings: numbers with commas between.
void note_scale(run_settings& settings, const data::normalisation& scale);

/// For how many steps the examples are shown: what was given, or `otherwise`, or as long as sequences are.
/// \throws usage_error  another number was given than sequences have frames
int steps_of(const data::labelled_images& examples, const given_settings& given, int otherwise);

/// Whether settings or the data set say how the examples are normalised, and not the program that makes them.
bool is_normalised(decltype(app_options::make_data) make, const data::labelled_images& examples);

/// "images", "sequences", or "examples" that are neither.
const char* kind_of(const data::labelled_images& examples);

/// A short text that tells data sets apart: 16 hexadecimal digits over sizes, pixels, labels and targets.
std::string fingerprint(const data::labelled_images& images);

}  // namespace cortexpr::application
