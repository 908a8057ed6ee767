// Networks of areas, as the workbench asks them.

#include "probed_network.hpp"

#include <cortexpr/describe/describe.hpp>
#include <cortexpr/error.hpp>
#include <cortexpr/module/network_module.hpp>
#include <cortexpr/plan/names.hpp>
#include <cortexpr/workbench/named_parts.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace cortexpr::workbench {

namespace {

using plan::index;
using array_kind = recorded_array::kind;

plan::map_shape shape_of(const plan::network& network, const recorded_array& one) {
    switch (one.of) {
        case array_kind::states:
            return network.types[index(one.index)].shape;
        case array_kind::output:
            return network.areas[index(one.index)].output;
        default:
            return network.areas[index(one.index)].feedback;
    }
}

void check_array(const plan::network& network, const recorded_array& one) {
    const bool is_type = one.of == array_kind::states;
    const auto count = is_type ? network.types.size() : network.areas.size();
    if (one.index < 0 || (one.of != array_kind::logits && index(one.index) >= count))
        throw usage_error(
            fmt::format("{} {} is to be recorded, of {}", is_type ? "neuron type" : "area", one.index, count));
    if (one.of == array_kind::feedback && !plan::hears_feedback(network.areas[index(one.index)]))
        throw usage_error(
            fmt::format("area {} hears no feedback, so none can be recorded", network.areas[index(one.index)].name));
    if (one.of == array_kind::logits && !network.has_readout())
        throw usage_error(fmt::format("{} is no classifier, so it has no logits; record its outputs", network.name));
    if (one.of == array_kind::logits) require_whole_logits(one);
}

class probed_areas final : public probed_network {
  public:
    explicit probed_areas(network_module& network) : network_(network) {}

    trainable& module() const override { return network_; }
    std::string name() const override { return std::string(plan().name); }
    nlohmann::ordered_json declaration() const override { return describe::to_json(plan()); }
    bool has_readout() const override { return plan().has_readout(); }
    std::vector<std::string> type_names() const override {
        std::vector<std::string> all;
        for (const auto& type : plan().types) all.push_back(plan::full_name(plan(), type));
        return all;
    }
    std::vector<std::int64_t> type_shape(std::size_t type) const override {
        const auto& shape = plan().types[type].shape;
        return {shape.channels, shape.height, shape.width};
    }
    std::size_t areas() const override { return plan().areas.size(); }

    void check(const recorded_array& one) const override { check_array(plan(), one); }
    std::string name_of(const recorded_array& one) const override { return workbench::name_of(plan(), one); }
    recorded_array array_in(std::string_view text) const override { return workbench::array_in(plan(), text); }
    std::vector<recorded_axis> axes_of(const recorded_array& one) const override {
        const auto shape = shape_of(plan(), one);
        return {{one.of == array_kind::states ? "subtype" : "channel", "subtype", shape.channels,
                 &perturbed_part::subtypes},
                {"row", "row", shape.height, &perturbed_part::rows},
                {"column", "column", shape.width, &perturbed_part::columns}};
    }

    perturbation perturbation_in(perturbation::kind of, std::string_view text) const override {
        return workbench::perturbation_in(plan(), of, text);
    }
    std::string text_of(const perturbation& one) const override { return workbench::text_of(plan(), one); }

  private:
    run_result computed(const at::Tensor& inputs, const run_request& request) const override {
        return network_.run(inputs, request);
    }

    const plan::network& plan() const { return network_.plan(); }

    network_module& network_;
};

}  // namespace

std::shared_ptr<const probed_network> probed(network_module& network) {
    return std::make_shared<const probed_areas>(network);
}

std::string name_of(const plan::network& network, const recorded_array& one) {
    if (one.of == array_kind::logits) return "logits";
    if (one.of == array_kind::states) return plan::full_name(network, network.types[index(one.index)]);
    return fmt::format("{}.{}", network.areas[index(one.index)].name,
                       one.of == array_kind::output ? "output" : "feedback");
}

recorded_array array_in(const plan::network& network, std::string_view text) {
    auto [one, name] = unplaced_array_in(text);
    const auto dot = name.rfind('.');
    const auto last = dot == std::string::npos ? name : name.substr(dot + 1);
    if (name == "logits") {
        one.of = array_kind::logits;
    } else if (last == "output" || last == "feedback") {
        one.of = last == "output" ? array_kind::output : array_kind::feedback;
        if (dot == std::string::npos && network.areas.size() > 1)
            throw usage_error(fmt::format("{} has {} areas; write {}.{}", network.name, network.areas.size(),
                                          network.areas.front().name, last));
        one.index = dot == std::string::npos ? 0 : plan::find_area(network, name.substr(0, dot));
    } else {
        one.index = plan::find_type(network, name);
    }
    check_array(network, one);
    return one;
}

}  // namespace cortexpr::workbench
