#pragma once
// A network's activity, written to a file while the network is shown images; the memory that this takes doesn't grow
// with their number. Networks of areas, and connectomes (workbench/any_network.hpp).
//
//     workbench::record_to_file(*net, digits, "v1.npz",
//                               {.steps = 5, .arrays = workbench::arrays_of<Digits>(record<V1, E>{}, all_logits{})});
//
// A file has an array for each thing that was asked for, "V1.E" of dimensions (images, steps, subtypes, rows, columns),
// "logits" of (images, steps, classes), the number of each image, "images", and where they are known its class,
// "labels", or "targets" (images, targets). Rates and currents have no unit, as in the model's equations; steps count
// from 1. The array "description" holds JSON: what each array is and which part of it was recorded, the network's
// declaration (describe::to_json), the images, and perturbations. Of a connectome, "Mi1" has dimensions (images, steps,
// cells), and "Mi1.cells" says which cells these are: by their ids where these are whole numbers, else by their numbers
// in the graph, with the ids in the description (of up to 10,000 cells).

#include <cortexpr/compiler.hpp>

#include <cortexpr/before_libtorch.hpp>

#include <cortexpr/data/labelled_images.hpp>
#include <cortexpr/error.hpp>
#include <cortexpr/module/connectome_probes.hpp>
#include <cortexpr/module/run_options.hpp>
#include <cortexpr/plan/connectome.hpp>
#include <cortexpr/workbench/any_network.hpp>

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace cortexpr::workbench {

class array_source;

/// One thing that is recorded, or a part of it.
struct recorded_array {
    /// What is recorded.
    enum class kind : std::uint8_t {
        states,    ///< of a neuron type, or cell type
        output,    ///< of an area, or of a connectome
        feedback,  ///< that was sent to an area at the end of each step
        logits     ///< of a classifier
    };

    kind of = kind::states;   ///< what `index` counts
    int index = 0;            ///< of the neuron type, cell type or area in the plan
    int from = 1;             ///< the first step
    std::optional<int> to{};  ///< the last one; none: that of the run
    perturbed_part where{};   ///< subtypes (channels, or cells of the type), rows and columns; images are those of
                              ///< all arrays
};

/// Typed options of model::run as arrays: record<V1, E>{}, record_output<V1>{}, record_feedback<V1>{}, all_logits{}.
/// A connectome takes record<Mi1>{}, record_outputs{}, all_logits{}.
template <class Declared, class... Options>
std::vector<recorded_array> arrays_of(const Options&... options);

/// What a text names (workbench/named_parts.hpp): "V1.E[0..3]:2..", "V1.output", "V1.feedback" or "logits".
/// \throws usage_error  also where the network has no such part, with the nearest name that it has
recorded_array array_in(const plan::network& network, std::string_view text);

/// The same of a network of either family; of a connectome "Mi1[0..3]:2..", a cell's id, "output" or "logits".
recorded_array array_in(const any_network& network, std::string_view text);

/// The name of an array in a file: "V1.E", "V1.output", "logits".
std::string name_of(const plan::network& network, const recorded_array& one);
/// The same of either family: "Mi1", or the id where one cell is recorded.
std::string name_of(const any_network& network, const recorded_array& one);

/// What is recorded, of which images, and how.
struct record_options {
    int steps = 5;                         ///< time steps that a still image is shown for; a sequence brings its own
    int batch_size = 256;                  ///< images at a time; memory grows with it
    std::vector<recorded_array> arrays{};  ///< none: refused
    std::vector<int> images{};             ///< by their number in the set, rising; empty: all
    std::vector<perturbation> perturbations{};   ///< of images by their number in the set
    std::map<std::string, std::string> notes{};  ///< for the description
    /// Called after each batch.
    std::function<void(std::int64_t done, std::int64_t all)> progress{};
};

/// Writes what the network does with the examples of a set, in evaluation mode; its mode and generator are put back.
/// The file's name says how: .npz (NumPy), .h5 or .hdf5 (HDF5), or .npy for one array, with the description beside it
/// in a file of that name and .json. The file is written whole or not at all. \throws usage_error  nothing to record,
/// or what doesn't fit the network \throws file_error
void record_to_file(const any_network& network, const data::labelled_images& examples,
                    const std::filesystem::path& file, const record_options& options);
/// The same with a tensor of images (B, C, H, W) or sequences (B, T, C, H, W); for a connectome also (B, S) or
/// (B, T, S).
void record_to_file(const any_network& network, const at::Tensor& inputs, const std::filesystem::path& file,
                    const record_options& options);

/// A recording that was written to a file, of any kind. All throw file_error.
class recording_file {
  public:
    /// Opens the file; arrays are read when they are asked for.
    explicit recording_file(const std::filesystem::path& file);

    /// The file, as it was named.
    const std::filesystem::path& path() const { return path_; }
    /// The declaration, what was recorded and the notes, as JSON.
    const std::string& description() const { return description_; }
    /// The names of the arrays, in the order in which they were written.
    const std::vector<std::string>& names() const { return names_; }
    /// An array as it was recorded, float64: (images, steps, channels, height, width) for states; int64 for "labels"
    /// and "images".
    at::Tensor array(const std::string& name) const;

  private:
    std::filesystem::path path_;
    std::shared_ptr<const array_source> source_;
    std::string description_;
    std::vector<std::string> names_;
};

namespace detail {

template <class Declared, class CellType>
requires cortexpr::detail::IsOfConnectome<Declared> recorded_array array_of(const record<CellType>&) {
    return {.of = recorded_array::kind::states, .index = cortexpr::detail::cell_type_index<Declared, CellType>()};
}
template <class Declared>
recorded_array array_of(const record_outputs&) {
    static_assert(cortexpr::detail::IsOfConnectome<Declared>, "areas are recorded by record_output<V1>{}");
    return {.of = recorded_array::kind::output};
}
template <class Declared, class... Names>
requires(!cortexpr::detail::IsOfConnectome<Declared>) recorded_array array_of(const record<Names...>&) {
    return {.of = recorded_array::kind::states,
            .index = cortexpr::detail::looked_up<Declared, cortexpr::detail::type_lookup, Names...>};
}
template <class Declared, class... Area>
recorded_array array_of(const record_output<Area...>&) {
    return {.of = recorded_array::kind::output,
            .index = cortexpr::detail::looked_up<Declared, cortexpr::detail::area_lookup, Area...>};
}
template <class Declared, class... Area>
recorded_array array_of(const record_feedback<Area...>&) {
    return {.of = recorded_array::kind::feedback,
            .index = cortexpr::detail::looked_up<Declared, cortexpr::detail::hearing_lookup, Area...>};
}
template <class Declared>
recorded_array array_of(const all_logits&) {
    return {.of = recorded_array::kind::logits};
}

}  // namespace detail

template <class Declared, class... Options>
std::vector<recorded_array> arrays_of(const Options&... options) {
    return {detail::array_of<Declared>(options)...};
}

}  // namespace cortexpr::workbench
