#include <cortexpr/train/checkpoint.hpp>

#include "../io/json_integers.hpp"
#include "../io/json_text.hpp"
#include "../module/constraints.hpp"
#include "../module/tensor_records.hpp"
#include "run_json.hpp"
#include "run_text.hpp"

#include <cortexpr/io/safetensors.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <torch/types.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace cortexpr {

namespace {

constexpr std::string_view parameter_prefix = "network/";
constexpr std::string_view average_prefix = "average/";
constexpr std::string_view best_prefix = "best/";

std::string joined(std::string_view prefix, const plan::parameter& parameter) {
    return fmt::format("{}{}", prefix, std::string_view(parameter.name));
}

/// A checkpoint's tensors, each one in the shape and type of the parameter that it belongs to.
class stored_tensors {
  public:
    stored_tensors(const std::filesystem::path& file, const io::tensor_file& content, const parameter_set& network)
        : file_(file.string()), content_(content), network_(network) {}

    /// \throws file_error  it isn't there, or isn't as the parameter is
    at::Tensor of(std::string_view prefix, std::size_t i) const {
        const auto name = joined(prefix, network_.declared_parameters()[i]);
        const auto* record = content_.find(name);
        if (record == nullptr) throw file_error(file_, fmt::format("the checkpoint lacks {}", name));
        const auto& like = network_.parameter(static_cast<int>(i));
        const auto expected = dtype_of(like.scalar_type());
        if (record->type != expected || like.sizes() != at::IntArrayRef(record->shape))
            throw file_error(file_, fmt::format("{} is {} [{}] in the checkpoint, but {} [{}] in the network", name,
                                                io::name_of(record->type), fmt::join(record->shape, ", "),
                                                io::name_of(expected), fmt::join(like.sizes().vec(), ", ")));
        auto values = tensor_of(*record);
        // A mean square of gradients may overflow, which stops a parameter and harms nothing.
        if (name.find(".square/") == std::string::npos && !is_finite(values))
            throw file_error(file_, fmt::format("{} holds a value that is infinite or NaN", name));
        return values;
    }
    /// On the parameters' device; undefined where there is none. \throws file_error  it isn't as the parameter is
    at::Tensor where_there(std::string_view prefix, std::size_t i) const {
        if (content_.find(joined(prefix, network_.declared_parameters()[i])) == nullptr) return {};
        return of(prefix, i).to(network_.parameter(static_cast<int>(i)).device());
    }
    /// What the optimiser keeps of a parameter, by name.
    optimiser_memory memory(std::int64_t step, const std::vector<std::string>& kept, std::size_t i) const {
        optimiser_memory memory{.step = step};
        for (const auto& name : kept)
            if (step > 0) memory.kept.emplace(name, of(name + "/", i));
        return memory;
    }

  private:
    std::string file_;
    const io::tensor_file& content_;
    const parameter_set& network_;
};

/// The JSON text under "run" of a checkpoint's metadata.
const std::string& text_of(const std::filesystem::path& file, const io::metadata_map& metadata) {
    const auto found = metadata.find("run");
    if (found == metadata.end())
        throw file_error(file.string(), "is no checkpoint of a training run; give one that `train` wrote");
    return found->second;
}

training_options options_of(const nlohmann::json& run) {
    const auto& options = run.at("options");
    io::require_integers(options, training_options{});
    return options.get<training_options>();
}

/// \throws file_error  a run of another declaration, or over another wiring
void require_same_network(const std::filesystem::path& file, const nlohmann::json& run, const parameter_set& network) {
    // Older checkpoints don't say it.
    if (const auto other = network.difference_from(run.value("wiring", "")); !other.empty())
        throw file_error(file.string(),
                         fmt::format("is a run that began with {}; give the files that it began with", other));
    if (run.at("fingerprint").get<std::string>() == network.fingerprint()) return;
    throw file_error(file.string(),
                     fmt::format("is a run of {}, declared otherwise than this program's {}; "
                                 "continue it with the program that began it{}",
                                 run.at("network").get<std::string>(), network.name(),
                                 network.wiring().empty() ? "" : ", and with the files that it began with"));
}

}  // namespace

void save_checkpoint(const std::filesystem::path& file, const parameter_set& network, const training_options& options,
                     const training_state& state, const checkpoint_notes& notes) {
    const auto require_finite = [&](const at::Tensor& values, std::string_view what, const plan::parameter& one) {
        if (values.defined() && !is_finite(values))
            throw usage_error(fmt::format("{}{} holds a value that is infinite or NaN, so {} is not written", what,
                                          std::string_view(one.name), file.string()));
    };
    const auto& parameters = network.declared_parameters();
    tensor_records tensors;
    nlohmann::json steps = nlohmann::json::array();
    nlohmann::json gains = nlohmann::json::array();
    std::set<std::string> kept;
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        const int index = static_cast<int>(i);
        require_finite(network.parameter(index), "", parameters[i]);
        if (i < state.average.size()) require_finite(state.average[i], "the running mean of ", parameters[i]);
        tensors.add(joined(parameter_prefix, parameters[i]), network.parameter(index));
        gains.push_back(network.step_gain(index));
        if (i < state.average.size() && state.average[i].defined())
            tensors.add(joined(average_prefix, parameters[i]), state.average[i]);
        if (i < state.best.size() && state.best[i].defined())
            tensors.add(joined(best_prefix, parameters[i]), state.best[i]);
        const auto memory = i < state.memory.size() ? state.memory[i] : optimiser_memory{};
        steps.push_back(memory.step);
        for (const auto& [name, values] : memory.kept) {
            kept.insert(name);
            tensors.add(joined(name + "/", parameters[i]), values);
        }
    }
    const nlohmann::json run{{"version", checkpoint_version},
                             {"network", network.name()},
                             {"fingerprint", network.fingerprint()},
                             {"wiring", network.wiring()},
                             {"options", options},
                             {run_member::state, state},
                             {"notes", notes},
                             {"optimiser_steps", steps},
                             {"kept", kept},
                             {"step_gains", gains}};
    io::write_safetensors(file, tensors.records(), {{"run", io::json_text(run)}});
}

checkpoint_head read_checkpoint_head(const std::filesystem::path& file) {
    const auto metadata = io::read_safetensors_metadata(file);
    const auto run = read_run_head(file, text_of(file, metadata));
    try {
        return {run.at("network").get<std::string>(), options_of(run), run.at("notes").get<checkpoint_notes>()};
    } catch (const nlohmann::json::exception& problem) {
        malformed(file, problem);
    }
}

training_state load_checkpoint(const std::filesystem::path& file, parameter_set& network) {
    const auto content = io::read_safetensors(file);
    auto [run, log] = read_run_text(file, text_of(file, content.metadata()));
    const auto count = network.declared_parameters().size();
    training_state state;
    std::vector<at::Tensor> values;
    std::vector<double> gains;
    try {
        require_same_network(file, run, network);
        io::require_integers(run.at(run_member::state), state);
        run.at(run_member::state).get_to(state);
        state.log = std::move(log);
        gains = run.at("step_gains").get<std::vector<double>>();
        io::require_integers(run.at("optimiser_steps"), {0});
        const auto steps = run.at("optimiser_steps").get<std::vector<std::int64_t>>();
        const auto kept = run.at("kept").get<std::vector<std::string>>();
        if (gains.size() != count || steps.size() != count)
            throw file_error(file.string(), "the checkpoint's numbers of parameters disagree");
        const stored_tensors stored(file, content, network);
        for (std::size_t i = 0; i < count; ++i) {
            values.push_back(stored.of(parameter_prefix, i));
            state.memory.push_back(stored.memory(steps[i], kept, i));
            state.average.push_back(stored.where_there(average_prefix, i));
            state.best.push_back(stored.where_there(best_prefix, i));
        }
    } catch (const nlohmann::json::exception& problem) {
        malformed(file, problem);
    }
    const auto is_defined = [](const at::Tensor& tensor) { return tensor.defined(); };
    for (auto* all : {&state.average, &state.best})
        if (std::none_of(all->begin(), all->end(), is_defined)) all->clear();
    const at::NoGradGuard no_gradients;
    for (std::size_t i = 0; i < count; ++i) {
        auto parameter = network.parameter(static_cast<int>(i));
        parameter.copy_(values[i]);
        network.step_gain(static_cast<int>(i), gains[i]);
    }
    return state;
}

}  // namespace cortexpr
