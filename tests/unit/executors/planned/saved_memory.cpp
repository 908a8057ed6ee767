// The list of saved maps against what a forward pass writes: each map on the list, and nothing beside them.

#include "catch.hpp"
#include "executors/planned/forward_pass.hpp"
#include "executors/scheduled.hpp"

#include <cmath>
#include <limits>

namespace planned_saved_memory_test {

using namespace cortexpr;
using namespace cortexpr::test;
namespace planned = cortexpr::executors::planned;

namespace {

/// A forward pass of one image from zeros, of which the answer alone is read.
class pass_of_one_image {
  public:
    pass_of_one_image(const plan::network& network, const plan::run& run, bool streams)
        : parameters_(drawn(network)), program_(network, {run}, pointers(), kernels::kernels_for_this_cpu<float>()) {
        const auto& input = network.areas.front().input;
        std::vector<float> image(static_cast<std::size_t>(run.steps * input.size()), 0.5F);
        std::vector<float> features(static_cast<std::size_t>(run.steps * std::max(1, network.readout.features)));
        const auto types = network.types.size(), areas = network.areas.size();
        const planned::starts<float> given{.stimulus = {image.data(), 0, run.is_sequence ? input.size() : 0},
                                           .states = std::vector<planned::planes<float>>(types),
                                           .outputs = std::vector<planned::planes<float>>(areas),
                                           .feedback = std::vector<planned::planes<float>>(areas)};
        const planned::values<float> results{.states = std::vector<planned::planes<float>>(types),
                                             .final_states = std::vector<planned::planes<float>>(types),
                                             .outputs = std::vector<planned::planes<float>>(areas),
                                             .feedback = std::vector<planned::planes<float>>(areas),
                                             .output = {},
                                             .features = {features.data(), 0, network.readout.features}};
        saved_.assign(program_.saved().size(), std::numeric_limits<float>::quiet_NaN());
        const planned::overrides<float> untouched;
        planned::forward_pass<float> pass(program_, given, untouched, results, streams);
        pass.run(0, saved_.data(), nullptr);
    }

    const planned::program<float>& program() const { return program_; }
    bool is_written(std::size_t position) const { return !std::isnan(saved_[position]); }
    std::size_t size() const { return saved_.size(); }

  private:
    static std::vector<std::vector<float>> drawn(const plan::network& network) {
        std::vector<std::vector<float>> all;
        for (const auto& parameter : network.parameters)
            all.emplace_back(static_cast<std::size_t>(parameter.size()),
                             parameter.is == plan::parameter::role::tau ? 2.0F : 0.01F);
        return all;
    }
    std::vector<const float*> pointers() const {
        std::vector<const float*> all;
        for (const auto& one : parameters_) all.push_back(one.data());
        return all;
    }

    std::vector<std::vector<float>> parameters_;
    planned::program<float> program_;
    planned::aligned_vector<float> saved_;
};

planned::map_layout layout_in(const planned::program<float>& program, const plan::saved_map& map) {
    return planned::layout_of(map.shape.channels, map.shape.height, map.shape.width, 0, 0, program.kernels().lanes);
}

/// Channels of a saved map that the backward pass reads: of states those of live types, of an edge's drive its
/// target's.
std::vector<int> channels_of(const plan::run_facts& facts, const plan::saved_map& map) {
    const auto& schedule = facts.schedule();
    std::vector<int> channels;
    const auto add = [&](int first, int count) {
        for (int c = 0; c < count; ++c) channels.push_back(first + c);
    };
    const auto add_type = [&](int type) {
        const auto index = static_cast<std::size_t>(type);
        add(schedule.channel_of_type[index], facts.network().types[index].shape.channels);
    };
    const auto index = static_cast<std::size_t>(map.index);
    if (map.is == plan::saved_map::kind::state) {
        for (const int type : schedule.maps[index].types)
            if (facts.live().state(map.step, type)) add_type(type);
    } else if (map.is == plan::saved_map::kind::edge_drive && !schedule.convolutions[index].to_output()) {
        add_type(
            facts.network().edges[static_cast<std::size_t>(schedule.convolutions[index].edges.front())].postsynaptic);
    } else {
        add(0, map.shape.channels);
    }
    return channels;
}

void check_saved(const plan::network& network, const plan::run& run, bool streams) {
    INFO(network.name << ", " << run.steps << " steps, past the caches: " << streams);
    const pass_of_one_image pass(network, run, streams);
    const auto& program = pass.program();
    std::vector<bool> is_of_a_map(pass.size());
    bool all_are_written = true;
    for (const auto& map : plan::saved_maps(program.facts())) {
        const auto first = program.saved().of(map.is, map.index, map.step);
        REQUIRE(first != planned::saved_offsets<float>::none);
        const auto layout = layout_in(program, map);
        for (std::size_t i = 0; i < layout.size(); ++i) {
            CHECK_FALSE(is_of_a_map[first + i]);
            is_of_a_map[first + i] = true;
        }
        const auto channels = channels_of(program.facts(), map);
        for (std::int64_t position = 0; position < map.shape.positions(); ++position)
            for (const int channel : channels)
                all_are_written &=
                    pass.is_written(first + static_cast<std::size_t>(position * layout.stride + channel));
    }
    CHECK(all_are_written);
    bool is_other_written = false;
    for (std::size_t i = 0; i < pass.size(); ++i) is_other_written |= !is_of_a_map[i] && pass.is_written(i);
    CHECK_FALSE(is_other_written);
}

void check_saved(const plan::network& network, const plan::run& run) {
    for (const bool streams : {false, true}) check_saved(network, run, streams);
}

}  // namespace

TEST_CASE("planned: a forward pass writes all saved maps and nothing else") {
    for (const auto* network : subjects) {
        for (const int steps : {1, 3}) check_saved(*network, {.steps = steps});
        check_saved(*network, {.steps = 2, .is_sequence = true});
        check_saved(*network, {.steps = 2, .requested = {.every_answer = true, .final_states = true}});
        plan::requested silence{.silenced_from = std::vector<int>(network->types.size(), 0)};
        silence.silenced_from.front() = 2;
        check_saved(*network, {.steps = 3, .requested = silence});
    }
}

TEST_CASE("planned: without a backward pass no states are saved") {
    for (const auto* network : subjects) {
        planned::program_request request{{.steps = 3}};
        request.saves_for_backward = false;
        std::vector<std::vector<float>> parameters;
        std::vector<const float*> data;
        for (const auto& parameter : network->parameters)
            data.push_back(parameters.emplace_back(static_cast<std::size_t>(parameter.size()), 1.0F).data());
        const planned::program<float> program(*network, request, data, kernels::kernels_for_this_cpu<float>());
        for (const auto& map : plan::saved_maps(program.facts()))
            CHECK((program.saved().of(map.is, map.index, map.step) == planned::saved_offsets<float>::none) ==
                  (map.is == plan::saved_map::kind::state));
    }
}

}  // namespace planned_saved_memory_test
