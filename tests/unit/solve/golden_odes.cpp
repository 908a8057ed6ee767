// The recorded networks in continuous time: our solver against the exact solutions, and against the reference's steps.
// The equations are written down here with dense matrices; tests/golden's connectome cases say what the names mean.

#include <cortexpr/io/safetensors.hpp>
#include <cortexpr/solve/solve.hpp>

#include "catch.hpp"

#include <torch/csrc/autograd/autograd.h>
#include <torch/types.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

namespace solve_golden_odes_test {

using namespace cortexpr;

namespace {

using tensor_map = std::map<std::string, at::Tensor>;

const std::filesystem::path golden = CORTEXPR_CONNECTOME_GOLDEN_DIR;

tensor_map read_tensors(const std::filesystem::path& path) {
    tensor_map tensors;
    const auto file = io::read_safetensors(path);
    for (const auto& record : file.tensors()) {
        const auto type = record.type == io::dtype::i64   ? at::kLong
                          : record.type == io::dtype::i32 ? at::kInt
                                                          : at::kDouble;
        auto tensor = at::empty(record.shape, at::TensorOptions().dtype(type));
        REQUIRE(record.bytes.size() == tensor.nbytes());
        std::memcpy(tensor.mutable_data_ptr(), record.bytes.data(), record.bytes.size());
        tensors.emplace(record.name, tensor);
    }
    return tensors;
}

at::Tensor nonlinearity(std::string name, const at::Tensor& z) {
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
    if (name == "sigmoid") return at::sigmoid(z);
    if (name == "tanh") return at::tanh(z);
    if (name == "softplus") return at::softplus(z);
    REQUIRE(name == "logsigmoid");
    return at::log_sigmoid(z);
}

/// One recorded network: parameters with gradients, the equation, readout and loss.
class recorded_network {
  public:
    explicit recorded_network(const std::string& name)
        : about(nlohmann::json::parse(std::ifstream(golden / (name + ".json")))),
          tensors(read_tensors(golden / (name + ".safetensors"))),
          rnn(about["rnn"]),
          prefix(about.contains("classifier") ? "rnn." : ""),
          is_plain(about["kind"] == "sparse_ode"),
          is_batch_first(rnn.value("batch_first", true)) {
        for (const auto& [key, value] : tensors)
            if (key.starts_with("param.")) parameters[key.substr(6)] = value;
        neurons = rnn.contains("num_neurons") ? rnn["num_neurons"] : rnn["hidden_size"];
        parameters[prefix + "hh.values"].clamp_(0);
        if (!is_plain) parameters[prefix + "tau"].clamp_(1);
        for (const std::string key : about["trainable"]) leaves[key] = parameters[key].requires_grad_();
        leaves["input"] = tensors["input"].requires_grad_();
        if (tensors.contains("state0")) leaves["state0"] = tensors["state0"].requires_grad_();
    }

    solve::timetable times() const {
        const auto& forward = about["forward"];
        const double start = forward["start_time"], end = forward["end_time"];
        const std::int64_t count = forward["num_evals"];
        const auto segments = is_sequence() ? static_cast<std::int64_t>(frames().size()) : 1;
        return {.start = start,
                .end = end,
                .asked = solve::even_times(start, end, count),
                .breaks = solve::even_breaks(start, end, segments)};
    }

    solve::equation equation() const {
        auto drives = frames();
        for (auto& drive : drives) drive = driven(drive);
        const auto weights = matrix("hh", neurons, neurons).t();
        const auto bias = find("hh.bias").t();
        auto reads = drives;
        reads.insert(reads.end(), {weights, bias});
        if (is_plain) {
            const std::string f = rnn.value("nonlinearity", "Sigmoid");
            return solve::leaky(
                [=](const solve::moment& now, const solve::state& y) -> solve::state {
                    const auto& drive = drives[static_cast<std::size_t>(now.segment)];
                    return {nonlinearity(f, drive + at::matmul(y[0], weights) + bias)};
                },
                {at::ones({neurons}, at::kDouble)}, reads);
        }
        const auto types = find("neuron_type_mask");
        auto tau = find("tau");
        if (rnn.value("neuron_tau_mode", "") == "per_neuron_type") tau = at::index_select(tau, 0, types);
        const auto sign = find("neuron_sign_mask").t();
        std::vector<std::string> functions;
        const auto names = rnn.value("neuron_nonlinearity", nlohmann::json("Sigmoid"));
        for (const auto& one : names.is_array() ? names : nlohmann::json::array({names})) functions.push_back(one);
        const auto f = [=](const at::Tensor& z) {
            if (functions.size() == 1) return nonlinearity(functions[0], z);
            auto sum = at::zeros_like(z);
            for (std::size_t k = 0; k < functions.size(); ++k)
                sum = at::where(types == static_cast<std::int64_t>(k), nonlinearity(functions[k], z), sum);
            return sum;
        };
        return solve::leaky(
            [=](const solve::moment& now, const solve::state& y) -> solve::state {
                const auto& drive = drives[static_cast<std::size_t>(now.segment)];
                return {at::relu(f(drive + at::matmul(sign * y[0], weights) + bias))};
            },
            {tau.t()}, reads);
    }

    at::Tensor start() const {
        if (leaves.contains("state0")) return leaves.at("state0");
        return at::zeros({frames().front().size(0), neurons}, at::kDouble);
    }

    /// States (times, B, N) as the recorded tensors: states, outputs, logits, loss.
    tensor_map results(const at::Tensor& states) const {
        const auto output = matrix("ho", rnn.value("output_size", neurons), neurons);
        const auto outputs = output.defined() ? at::matmul(states, output.t()) + find("ho.bias").t() : states;
        const auto in_layout = [this](const at::Tensor& one) { return is_batch_first ? one.transpose(0, 1) : one; };
        tensor_map all{{"states", in_layout(states)}, {"outputs", in_layout(outputs)}};
        if (prefix.empty()) {
            all["loss"] = at::zeros({}, at::kDouble);
            for (const std::string key : {"states", "outputs"})
                if (tensors.contains("loss_weight." + key))
                    all["loss"] = all["loss"] + (tensors.at("loss_weight." + key) * all[key]).square().sum();
            return all;
        }
        const auto hidden =
            at::relu(at::linear(outputs, parameters.at("out_layer.1.weight"), parameters.at("out_layer.1.bias")));
        all["logits"] = at::linear(hidden, parameters.at("out_layer.4.weight"), parameters.at("out_layer.4.bias"));
        const auto labels = tensors.at("labels").repeat({all["logits"].size(0)});
        all["loss"] = at::cross_entropy_loss(all["logits"].flatten(0, 1), labels);
        return all;
    }

    nlohmann::json about;
    tensor_map tensors, parameters, leaves;

  private:
    bool is_sequence() const { return about.value("sequence", false); }

    std::vector<at::Tensor> frames() const {
        const auto& x = leaves.at("input");
        if (about.contains("image")) return {x.flatten(1)};
        return is_sequence() ? x.unbind(is_batch_first ? 1 : 0) : std::vector<at::Tensor>{x};
    }

    at::Tensor find(const std::string& key) const {
        const auto found = parameters.find(prefix + key);
        return found == parameters.end() ? at::Tensor() : found->second;
    }

    at::Tensor matrix(const std::string& side, std::int64_t rows, std::int64_t columns) const {
        const auto values = find(side + ".values"), indices = find(side + ".indices");
        if (!values.defined()) return {};
        return at::index_put(at::zeros({rows, columns}, at::kDouble), {indices[0], indices[1]}, values, true);
    }

    at::Tensor driven(const at::Tensor& x) const {
        const auto weights = matrix("ih", neurons, rnn["input_size"]);
        return weights.defined() ? at::matmul(x, weights.t()) : x;
    }

    nlohmann::json rnn;
    std::string prefix;
    bool is_plain, is_batch_first;
    std::int64_t neurons = 0;
};

/// The largest difference, by the largest entry.
double gap(const at::Tensor& got, const at::Tensor& wanted) {
    REQUIRE(got.sizes() == wanted.sizes());
    return (got - wanted).abs().max().item<double>() / std::max(wanted.abs().max().item<double>(), 1e-300);
}

struct gaps {
    double values = 0, gradients = 0;
    std::int64_t most_steps = 0;
    std::string worst_gradient;
};

gaps gaps_to_exact(const std::string& name, const solve::options& options) {
    const recorded_network network(name);
    const auto solved = solve::integrate(network.equation(), {network.start()}, network.times(), options);
    const auto results = network.results(solved.states[0]);
    gaps found;
    for (const auto& work : solved.work) found.most_steps = std::max(found.most_steps, work.accepted + work.rejected);
    for (const auto& [key, value] : results)
        if (network.tensors.contains("tight." + key))
            found.values = std::max(found.values, gap(value, network.tensors.at("tight." + key)));
    std::vector<at::Tensor> inputs;
    for (const auto& [key, leaf] : network.leaves) inputs.push_back(leaf);
    const auto gradients =
        torch::autograd::grad({results.at("loss")}, inputs, {}, std::nullopt, false, /*allow_unused=*/true);
    auto next = gradients.begin();
    for (const auto& [key, leaf] : network.leaves) {
        const auto gradient = next->defined() ? *next : at::zeros_like(leaf);
        ++next;
        const double one = gap(gradient, network.tensors.at("tight.grad." + key));
        if (one < found.gradients) continue;
        found.gradients = one;
        found.worst_gradient = key;
    }
    return found;
}

/// What the default tolerances promise, and give: the gap of states, outputs and loss, and of gradients.
struct promise {
    const char* name;
    double values, gradients;
};
const promise promises[]{
    {"ode_backward_in_time", 2e-06, 2e-05},
    {"ode_classifier", 0.0004, 0.003},
    {"ode_frozen_tau_below_one_negative_weights", 0.0005, 0.001},
    {"ode_long", 0.001, 0.01},
    {"ode_nonlinearity_per_type", 0.005, 0.02},
    {"ode_rectified_tanh", 0.005, 0.05},
    {"ode_sequence", 0.0001, 0.001},
    {"ode_sequence_time_first_types", 2e-05, 0.0001},
    {"ode_sparse", 0.01, 0.01},
    {"ode_still_seven_evals_late_start", 0.001, 0.003},
    {"ode_still_two_evals", 0.0002, 0.002},
};

bool is_recorded(const std::string& name) {
    if (std::filesystem::exists(golden / (name + ".json"))) return true;
    WARN("skipped: the recorded network " << name << " is not in " << golden);
    return false;
}

}  // namespace

TEST_CASE("recorded networks in continuous time, default tolerances") {
    for (const auto& [name, values, gradients] : promises) {
        if (!is_recorded(name)) continue;
        const auto found = gaps_to_exact(name, {});
        INFO(name << ": values " << found.values << ", gradients " << found.gradients << " (" << found.worst_gradient
                  << "), " << found.most_steps << " steps");
        CHECK(found.values < values);
        CHECK(found.gradients < gradients);
    }
}

TEST_CASE("recorded networks in continuous time, tight tolerances") {
    for (const auto& [name, values, gradients] : promises) {
        if (!is_recorded(name)) continue;
        const auto found = gaps_to_exact(name, {.relative_tolerance = 1e-10, .absolute_tolerance = 1e-12});
        INFO(name << ": values " << found.values << ", gradients " << found.gradients << " (" << found.worst_gradient
                  << "), " << found.most_steps << " steps");
        const bool has_kinks = std::string(name) == "ode_rectified_tanh";
        CHECK(found.values < (has_kinks ? 1e-7 : 1e-8));
        CHECK(found.gradients < (has_kinks ? 1e-3 : 1e-7));
    }
}

TEST_CASE("recorded networks under a constant input: the reference's own steps and states") {
    for (const auto& one : promises) {
        const std::string name = one.name;
        if (!is_recorded(name)) continue;
        const recorded_network network(name);
        if (network.about.value("sequence", false)) continue;
        const at::NoGradGuard no_grad;
        const auto solved = solve::integrate(network.equation(), {network.start()}, network.times());
        INFO(name);
        CHECK(gap(network.results(solved.states[0]).at("states"), network.tensors.at("states")) < 1e-9);
        for (std::size_t b = 0; b < solved.work.size(); ++b) {
            const auto sample = static_cast<std::int64_t>(b);
            CHECK(solved.work[b].accepted == network.tensors.at("stats.accepted")[sample].item<std::int64_t>());
            CHECK(solved.work[b].accepted + solved.work[b].rejected ==
                  network.tensors.at("stats.steps")[sample].item<std::int64_t>());
        }
    }
}

TEST_CASE("recorded networks in continuous time, by fixed steps") {
    const std::string name = "ode_sequence_time_first_types";
    if (!is_recorded(name)) return;
    const auto by_rk4 = gaps_to_exact(name, {.method = solve::method::rk4, .step = 0.02});
    CHECK(by_rk4.values < 1e-8);
    CHECK(by_rk4.gradients < 1e-7);
    const auto by_euler = gaps_to_exact(name, {.method = solve::method::euler, .step = 0.02});
    CHECK(by_euler.values < 1e-2);
    CHECK(by_euler.gradients < 3e-2);
    const auto by_exponentials = gaps_to_exact(name, {.method = solve::method::exponential_euler, .step = 0.02});
    CHECK(by_exponentials.values < 1e-2);
    CHECK(by_exponentials.gradients < 3e-2);
}

}  // namespace solve_golden_odes_test
