#include <cortexpr/workbench/record.hpp>

#include "../executors/aten/index_tensor.hpp"
#include "../io/json_text.hpp"
#include "../train/evaluation_mode.hpp"
#include "probed_network.hpp"
#include "shown.hpp"
#include "sinks.hpp"

#include <cortexpr/workbench/named_parts.hpp>

#include <ATen/core/grad_mode.h>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <numeric>
#include <set>

namespace cortexpr::workbench {

namespace {

using plan::index;
using array_kind = recorded_array::kind;

std::vector<int> all_of(int count, int first = 0) {
    std::vector<int> all(index(count));
    std::iota(all.begin(), all.end(), first);
    return all;
}

/// The indices that are wanted of `count`, which are all where none is named. \throws usage_error
std::vector<int> chosen(const std::vector<int>& wanted, int count, const std::string& array, std::string_view what) {
    if (wanted.empty()) return all_of(count);
    for (const int index : wanted)
        if (index < 0 || index >= count)
            throw usage_error(fmt::format("{} has {}s 0 to {}, and no {} {}", array, what, count - 1, what, index));
    return wanted;
}

/// An array of the file, with the part of the run that it holds.
struct wanted_array {
    recorded_array of;
    std::string name;
    std::vector<int> steps;
    std::vector<recorded_axis> axes{};
    std::vector<std::vector<int>> chosen{};  ///< by axis

    /// Logits have none here: the run says how many there are.
    bool has_axes() const { return of.of != array_kind::logits; }
};

/// A table beside an array: which cells it has.
struct cell_table {
    std::size_t number;
    std::vector<std::int64_t> cells;
};

wanted_array wanted(const probed_network& network, const recorded_array& one, int steps) {
    wanted_array all{.of = one, .name = network.name_of(one), .steps = {}};
    const int to = one.to.value_or(steps);
    if (one.from < 1 || to < one.from || to > steps)
        throw usage_error(fmt::format("{} is to be recorded from step {} to {}, but the run has steps 1 to {}",
                                      all.name, one.from, to, steps));
    all.steps = all_of(to - one.from + 1, one.from);
    if (!all.has_axes()) return all;
    all.axes = network.axes_of(one);
    for (const auto& axis : all.axes)
        all.chosen.push_back(chosen(one.where.*axis.chosen, axis.count, all.name, axis.thing));
    return all;
}

run_request request_for(const probed_network& network, const std::vector<wanted_array>& arrays) {
    run_request request;
    request.answer_only = true;
    for (const auto& one : arrays) {
        if (one.of.of == array_kind::logits) {
            request.all_logits = true;
            continue;
        }
        auto& flags = one.of.of == array_kind::states   ? request.record_states
                      : one.of.of == array_kind::output ? request.record_outputs
                                                        : request.record_feedback;
        flags.resize(one.of.of == array_kind::states ? network.type_names().size() : network.areas());
        flags[index(one.of.index)] = true;
    }
    return request;
}

/// The part of a run that an array holds: (B, steps, ...).
at::Tensor part_of(const run_result& run, const wanted_array& one) {
    const auto whole = [&]() -> at::Tensor {
        switch (one.of.of) {
            case array_kind::states:
                return run.states[index(one.of.index)];
            case array_kind::output:
                return run.outputs[index(one.of.index)];
            case array_kind::feedback:
                return run.feedback[index(one.of.index)];
            default:
                return run.logits.transpose(0, 1);
        }
    }();
    auto part = whole.narrow(1, one.steps.front() - 1, static_cast<std::int64_t>(one.steps.size())).cpu();
    for (std::size_t axis = 0; axis < one.axes.size(); ++axis) {
        const auto& chosen = one.chosen[axis];
        if (chosen.size() < index(one.axes[axis].count))
            part = part.index_select(static_cast<std::int64_t>(axis) + 2, executors::index_tensor(chosen));
    }
    return part.contiguous();
}

std::span<const std::byte> bytes_of(const at::Tensor& tensor) {
    return {static_cast<const std::byte*>(tensor.const_data_ptr()), tensor.nbytes()};
}

nlohmann::ordered_json description_of(const probed_network& network, const std::vector<wanted_array>& arrays,
                                      const shown_examples& examples, const record_options& options, int steps) {
    constexpr std::size_t most_ids = 10'000;  // a description is read whole
    nlohmann::ordered_json all{{"format", "cortexpr recording"}, {"version", 1}, {"network", network.declaration()}};
    all["images"] = {{"source", examples.source()}, {"count", examples.count()}, {"steps", steps}};
    auto& described = all["arrays"] = nlohmann::ordered_json::object();
    std::size_t ids_left = most_ids;
    for (const auto& one : arrays) {
        auto& entry = described[one.name];
        constexpr std::string_view names[]{"states", "output", "feedback", "logits"};
        entry["of"] = names[static_cast<int>(one.of.of)];
        entry["unit"] = "dimensionless";
        entry["axes"] = {"image", "step"};
        for (const auto& axis : one.axes) entry["axes"].push_back(axis.name);
        if (!one.has_axes()) entry["axes"].push_back("class");
        for (std::size_t axis = 0; axis < one.axes.size(); ++axis)
            entry[fmt::format("{}s", one.axes[axis].thing)] = text_of(one.chosen[axis]);
        entry["steps"] = text_of(one.steps);
        if (!one.has_axes()) continue;
        const auto ids = network.ids_in(one.of, one.chosen.front());
        if (!ids.empty() && ids.size() <= ids_left) {
            entry["ids"] = ids;
            ids_left -= ids.size();
        }
    }
    all["perturbations"] = nlohmann::ordered_json::array();
    for (const auto& one : options.perturbations) all["perturbations"].push_back(network.text_of(one));
    all["notes"] = options.notes;
    return all;
}

/// \throws usage_error  no array, one twice, or one of a name that a recording has for itself
std::vector<wanted_array> all_wanted(const probed_network& network, const record_options& options, int steps) {
    if (options.arrays.empty())
        throw usage_error("nothing is to be recorded; name a neuron type, an output or the logits");
    std::vector<wanted_array> arrays;
    std::set<std::string> names;
    for (const auto& one : options.arrays) {
        network.check(one);
        arrays.push_back(wanted(network, one, steps));
        if (!names.insert(arrays.back().name).second)
            throw usage_error(fmt::format("{} is to be recorded twice; name all of it at once", arrays.back().name));
    }
    for (const auto* name : {"images", "labels", "targets", "description"})
        if (names.contains(name))
            throw usage_error(
                fmt::format("{0} can't be recorded under this name: a recording has {0} of its own", name));
    return arrays;
}

/// The arrays of a file: first those that are wanted, by their numbers, then cells and what is known of the examples.
class recording_arrays {
  public:
    recording_arrays(array_sink& sink, const probed_network& network, const std::vector<wanted_array>& arrays,
                     const shown_examples& examples)
        : sink_(sink), examples_(examples), arrays_(arrays) {
        add_arrays(network.module());
        const auto cells = add_cells(network);
        add_examples();
        for (const auto& [number, ids] : cells) sink.append(number, std::as_bytes(std::span(ids)));
    }

    void append(const run_result& run, std::int64_t first, std::int64_t count) {
        for (std::size_t i = 0; i < arrays_.size(); ++i) {
            const auto part = part_of(run, arrays_[i]);
            sink_.append(i, bytes_of(part));
        }
        const auto& all = examples_.numbers();
        const std::vector<std::int64_t> here(all.begin() + first, all.begin() + first + count);
        sink_.append(numbers_, std::as_bytes(std::span(here)));
        if (examples_.has_labels()) sink_.append(labels_, bytes_of(examples_.labels(first, count)));
        if (examples_.has_targets()) sink_.append(targets_, bytes_of(examples_.targets(first, count)));
    }

  private:
    std::uint64_t images() const { return static_cast<std::uint64_t>(examples_.count()); }

    void add_arrays(const trainable& module) {
        const auto type = module.dtype() == at::kDouble ? element::float64 : element::float32;
        for (const auto& one : arrays_) {
            std::vector<std::uint64_t> sizes{images(), one.steps.size()};
            for (const auto& chosen : one.chosen) sizes.push_back(chosen.size());
            if (!one.has_axes())
                sizes.push_back(static_cast<std::uint64_t>(std::max(module.classes(), module.targets())));
            sink_.add({one.name, type, std::move(sizes)});
        }
    }

    std::vector<cell_table> add_cells(const probed_network& network) {
        std::vector<cell_table> tables;
        for (const auto& one : arrays_) {
            if (!one.has_axes()) continue;
            auto cells = network.cells_in(one.of, one.chosen.front());
            if (cells.empty()) continue;
            const auto number = sink_.add({fmt::format("{}.cells", one.name), element::int64, {cells.size()}});
            tables.push_back({number, std::move(cells)});
        }
        return tables;
    }

    void add_examples() {
        numbers_ = sink_.add({"images", element::int64, {images()}});
        if (examples_.has_labels()) labels_ = sink_.add({"labels", element::int64, {images()}});
        if (!examples_.has_targets()) return;
        const auto targets = static_cast<std::uint64_t>(examples_.targets(0, 1).size(1));
        targets_ = sink_.add({"targets", element::float32, {images(), targets}});
    }

    array_sink& sink_;
    const shown_examples& examples_;
    const std::vector<wanted_array>& arrays_;
    std::size_t numbers_ = 0, labels_ = 0, targets_ = 0;  ///< of arrays in the sink
};

void record_examples(const probed_network& network, const shown_examples& examples, const std::filesystem::path& file,
                     const record_options& options) {
    const int steps = examples.frames().value_or(options.steps);
    if (steps < 1) throw usage_error(fmt::format("{} steps were asked for; a run has at least 1", steps));
    const auto arrays = all_wanted(network, options, steps);
    examples.require_shown(options.perturbations);
    auto request = request_for(network, arrays);
    if (!examples.frames()) request.steps = steps;
    auto& module = network.module();
    const auto sink = sink_for(file);
    recording_arrays written(*sink, network, arrays, examples);
    const at::NoGradGuard no_gradients;
    const evaluation_mode mode(module);
    examples.by_batch(options.batch_size, options.progress, [&](std::int64_t first, std::int64_t count) {
        request.perturbations = examples.within(options.perturbations, first, count);
        written.append(network.run(examples.inputs(first, count, module), request), first, count);
    });
    sink->commit(io::json_text(description_of(network, arrays, examples, options, steps), 2) + '\n');
}

/// Numbers of a network without a grid as images of one line: (B, S) or (B, T, S).
at::Tensor as_images(const any_network& network, const at::Tensor& inputs) {
    if (!network.module().flattens_inputs() || !inputs.defined()) return inputs;
    const bool is_flat = inputs.dim() == 2 || inputs.dim() == 3;
    return is_flat ? inputs.unsqueeze(-2).unsqueeze(-2) : inputs;
}

}  // namespace

recorded_array array_in(const any_network& network, std::string_view text) { return network.probed().array_in(text); }

std::string name_of(const any_network& network, const recorded_array& one) { return network.probed().name_of(one); }

void record_to_file(const any_network& network, const data::labelled_images& examples,
                    const std::filesystem::path& file, const record_options& options) {
    record_examples(network.probed(), shown_examples(examples, options.images), file, options);
}

void record_to_file(const any_network& network, const at::Tensor& inputs, const std::filesystem::path& file,
                    const record_options& options) {
    record_examples(network.probed(), shown_examples(as_images(network, inputs), options.images), file, options);
}

}  // namespace cortexpr::workbench
