#include <cortexpr/workbench/record.hpp>

#include "../train/evaluation_mode.hpp"
#include "shown.hpp"
#include "sinks.hpp"

#include <cortexpr/describe/describe.hpp>
#include <cortexpr/plan/names.hpp>
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
using kind = recorded_array::kind;

plan::map_shape shape_of(const plan::network& network, const recorded_array& one) {
    switch (one.of) {
        case kind::states:
            return network.types[index(one.index)].shape;
        case kind::output:
            return network.areas[index(one.index)].output;
        default:
            return network.areas[index(one.index)].feedback;
    }
}

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
    std::vector<int> steps, subtypes, rows, columns;

    bool is_map() const { return of.of != kind::logits; }
};

wanted_array wanted(const plan::network& network, const recorded_array& one, int steps) {
    wanted_array all{.of = one, .name = name_of(network, one), .steps = {}, .subtypes = {}, .rows = {}, .columns = {}};
    const int to = one.to.value_or(steps);
    if (one.from < 1 || to < one.from || to > steps)
        throw usage_error(fmt::format("{} is to be recorded from step {} to {}, but the run has steps 1 to {}",
                                      all.name, one.from, to, steps));
    all.steps = all_of(to - one.from + 1, one.from);
    if (!all.is_map()) {
        all.subtypes = all_of(network.readout.classes);
        return all;
    }
    const auto shape = shape_of(network, one);
    all.subtypes = chosen(one.where.subtypes, shape.channels, all.name, "subtype");
    all.rows = chosen(one.where.rows, shape.height, all.name, "row");
    all.columns = chosen(one.where.columns, shape.width, all.name, "column");
    return all;
}

void check(const plan::network& network, const recorded_array& one) {
    const bool is_type = one.of == kind::states;
    const auto count = is_type ? network.types.size() : network.areas.size();
    if (one.index < 0 || (one.of != kind::logits && index(one.index) >= count))
        throw usage_error(
            fmt::format("{} {} is to be recorded, of {}", is_type ? "neuron type" : "area", one.index, count));
    if (one.of == kind::feedback && !plan::hears_feedback(network.areas[index(one.index)]))
        throw usage_error(
            fmt::format("area {} hears no feedback, so none can be recorded", network.areas[index(one.index)].name));
    if (one.of == kind::logits && !network.has_readout())
        throw usage_error(fmt::format("{} is no classifier, so it has no logits; record its outputs", network.name));
}

run_request request_for(const plan::network& network, const std::vector<wanted_array>& arrays) {
    run_request request;
    request.answer_only = true;
    for (const auto& one : arrays) {
        if (one.of.of == kind::logits) {
            request.all_logits = true;
            continue;
        }
        auto& flags = one.of.of == kind::states   ? request.record_states
                      : one.of.of == kind::output ? request.record_outputs
                                                  : request.record_feedback;
        flags.resize(one.of.of == kind::states ? network.types.size() : network.areas.size());
        flags[index(one.of.index)] = true;
    }
    return request;
}

/// The part of a run that an array holds: (B, steps, subtypes, rows, columns), or (B, steps, classes).
at::Tensor part_of(const run_result& run, const wanted_array& one) {
    const auto tensor_of = [](const std::vector<int>& indices, int first = 0) {
        std::vector<std::int64_t> all;
        for (const int i : indices) all.push_back(i - first);
        return at::tensor(all);
    };
    const auto whole = [&]() -> at::Tensor {
        switch (one.of.of) {
            case kind::states:
                return run.states[index(one.of.index)];
            case kind::output:
                return run.outputs[index(one.of.index)];
            case kind::feedback:
                return run.feedback[index(one.of.index)];
            default:
                return run.logits.transpose(0, 1);
        }
    }();
    auto part = whole.narrow(1, one.steps.front() - 1, static_cast<std::int64_t>(one.steps.size())).cpu();
    const std::array<const std::vector<int>*, 3> sides{&one.subtypes, &one.rows, &one.columns};
    for (std::int64_t side = 0; side < part.dim() - 2; ++side)
        if (sides[static_cast<std::size_t>(side)]->size() < static_cast<std::size_t>(part.size(side + 2)))
            part = part.index_select(side + 2, tensor_of(*sides[static_cast<std::size_t>(side)]));
    return part.contiguous();
}

std::span<const std::byte> bytes_of(const at::Tensor& tensor) {
    return {static_cast<const std::byte*>(tensor.const_data_ptr()), tensor.nbytes()};
}

nlohmann::ordered_json description_of(const plan::network& network, const std::vector<wanted_array>& arrays,
                                      const shown_examples& examples, const record_options& options, int steps) {
    nlohmann::ordered_json all{
        {"format", "cortexpr recording"}, {"version", 1}, {"network", describe::to_json(network)}};
    all["images"] = {{"source", examples.source()}, {"count", examples.count()}, {"steps", steps}};
    auto& described = all["arrays"] = nlohmann::ordered_json::object();
    for (const auto& one : arrays) {
        auto& entry = described[one.name];
        constexpr std::string_view names[]{"states", "output", "feedback", "logits"};
        entry["of"] = names[static_cast<int>(one.of.of)];
        entry["unit"] = "dimensionless";
        if (one.is_map()) {
            entry["axes"] = {"image", "step", one.of.of == kind::states ? "subtype" : "channel", "row", "column"};
            entry["subtypes"] = text_of(one.subtypes);
            entry["rows"] = text_of(one.rows);
            entry["columns"] = text_of(one.columns);
        } else {
            entry["axes"] = {"image", "step", "class"};
        }
        entry["steps"] = text_of(one.steps);
    }
    all["perturbations"] = nlohmann::ordered_json::array();
    for (const auto& one : options.perturbations) all["perturbations"].push_back(text_of(network, one));
    all["notes"] = options.notes;
    return all;
}

void record_examples(network_module& network, const shown_examples& examples, const std::filesystem::path& file,
                     const record_options& options) {
    const auto& plan = network.plan();
    if (options.arrays.empty())
        throw usage_error("nothing is to be recorded; name a neuron type, an output or the logits");
    if (options.batch_size < 1) throw usage_error("a batch holds at least 1 image");
    const int steps = examples.frames().value_or(options.steps);
    if (steps < 1) throw usage_error(fmt::format("{} steps were asked for; a run has at least 1", steps));
    std::vector<wanted_array> arrays;
    std::set<std::string> names;
    for (const auto& one : options.arrays) {
        check(plan, one);
        arrays.push_back(wanted(plan, one, steps));
        if (!names.insert(arrays.back().name).second)
            throw usage_error(fmt::format("{} is to be recorded twice; name all of it at once", arrays.back().name));
    }
    auto request = request_for(plan, arrays);
    if (!examples.frames()) request.steps = steps;

    const auto sink = sink_for(file);
    const auto images = static_cast<std::uint64_t>(examples.count());
    const auto type = network.dtype() == at::kDouble ? element::float64 : element::float32;
    for (const auto& one : arrays) {
        std::vector<std::uint64_t> sizes{images, one.steps.size(), one.subtypes.size()};
        if (one.is_map()) sizes.insert(sizes.end(), {one.rows.size(), one.columns.size()});
        sink->add({one.name, type, std::move(sizes)});
    }
    const auto numbers = sink->add({"images", element::int64, {images}});
    const auto labels = examples.has_labels() ? sink->add({"labels", element::int64, {images}}) : 0;
    const auto targets =
        examples.has_targets()
            ? sink->add(
                  {"targets", element::float32, {images, static_cast<std::uint64_t>(examples.targets(0, 1).size(1))}})
            : 0;

    const at::NoGradGuard no_gradients;
    const evaluation_mode mode(network);
    for (std::int64_t first = 0; first < examples.count(); first += options.batch_size) {
        const auto count = std::min<std::int64_t>(options.batch_size, examples.count() - first);
        request.perturbations = examples.within(options.perturbations, first, count);
        const auto run = network.run(examples.inputs(first, count, network), request);
        for (std::size_t i = 0; i < arrays.size(); ++i) {
            const auto part = part_of(run, arrays[i]);
            sink->append(i, bytes_of(part));
        }
        const auto& all = examples.numbers();
        const std::vector<std::int64_t> here(all.begin() + first, all.begin() + first + count);
        sink->append(numbers, std::as_bytes(std::span(here)));
        if (examples.has_labels()) sink->append(labels, bytes_of(examples.labels(first, count)));
        if (examples.has_targets()) sink->append(targets, bytes_of(examples.targets(first, count)));
        if (options.progress) options.progress(first + count, examples.count());
    }
    sink->commit(description_of(plan, arrays, examples, options, steps).dump(2) + '\n');
}

}  // namespace

std::string name_of(const plan::network& network, const recorded_array& one) {
    if (one.of == kind::logits) return "logits";
    if (one.of == kind::states) return plan::full_name(network, network.types[index(one.index)]);
    return fmt::format("{}.{}", network.areas[index(one.index)].name, one.of == kind::output ? "output" : "feedback");
}

recorded_array array_in(const plan::network& network, std::string_view text) {
    const auto part = part_in(text);
    if (part.amount || !part.where.images.empty())
        throw usage_error(
            fmt::format("'{}': what is recorded has no amount, and images are chosen for all arrays", text));
    recorded_array one{.from = part.from, .to = part.to, .where = part.where};
    const auto dot = part.name.rfind('.');
    const auto last = dot == std::string::npos ? part.name : part.name.substr(dot + 1);
    if (part.name == "logits") {
        one.of = kind::logits;
    } else if (last == "output" || last == "feedback") {
        one.of = last == "output" ? kind::output : kind::feedback;
        if (dot == std::string::npos && network.areas.size() > 1)
            throw usage_error(fmt::format("{} has {} areas; write {}.{}", network.name, network.areas.size(),
                                          network.areas.front().name, last));
        one.index = dot == std::string::npos ? 0 : plan::find_area(network, part.name.substr(0, dot));
    } else {
        one.index = plan::find_type(network, part.name);
    }
    check(network, one);
    return one;
}

void record_to_file(network_module& network, const data::labelled_images& examples, const std::filesystem::path& file,
                    const record_options& options) {
    record_examples(network, shown_examples(examples, options.images), file, options);
}

void record_to_file(network_module& network, const at::Tensor& inputs, const std::filesystem::path& file,
                    const record_options& options) {
    record_examples(network, shown_examples(inputs, options.images), file, options);
}

}  // namespace cortexpr::workbench
