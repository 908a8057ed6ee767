// The reference's recorded sparse and connectome networks: outputs, states, loss, gradients, what a forward pass
// projects, and three steps of Adam.

#include "catch.hpp"
#include "executors/emulated_kernels.hpp"
#include "recorded/recorded_run.hpp"

#include <cortexpr/error.hpp>
#include <cortexpr/module/connectome_module.hpp>

#include <ATen/ops/cross_entropy_loss.h>
#include <fmt/core.h>
#include <torch/optim/adam.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>

namespace cortexpr::golden {

namespace {

constexpr double tolerance = 1e-12, gradient_tolerance = 1e-10;

/// Of the reference's, the one that this library has no name for.
struct LogSigmoid {
    static constexpr bool can_be_negative = true;
    static constexpr bool is_smooth = true;
    template <class Real>
    static Real value(Real x) {
        return (x < 0 ? x : 0) - std::log1p(std::exp(-std::abs(x)));
    }
    template <class Real>
    static Real slope(Real x) {
        return 1 / (1 + std::exp(x));
    }
};

/// "softplus,tanh" as a chain; null is none.
activation_function function_of(const nlohmann::json& name) {
    if (name.is_null()) return activation::none;
    std::string text = name.get<std::string>();
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
    if (text == "logsigmoid") return custom<LogSigmoid>;
    const auto named = [](const std::string& one) -> activation {
        for (int i = 0; i < activation_count; ++i)
            if (name_of(static_cast<activation>(i)) == one) return static_cast<activation>(i);
        throw error(fmt::format("no nonlinearity {}", one));
    };
    const auto comma = text.find(',');
    if (comma == std::string::npos) return named(text);
    activation_function both = named(text.substr(0, comma));
    both.members[1] = named(text.substr(comma + 1));
    both.length = 2;
    return both;
}

neuron_class class_of(const nlohmann::json& value) {
    const bool inhibits = value.is_string() ? value == "inhibitory" : value == -1;
    return inhibits ? neuron_class::inhibitory : neuron_class::excitatory;
}

/// A recorded case as a plan and a graph. Types are the reference's, or one for all cells.
class recorded_network {
  public:
    explicit recorded_network(const recorded::recorded_run& run) : run_(run) {
        const auto& rnn = run_.network();
        is_sparse_ = run_.description["kind"].get<std::string>().starts_with("sparse");
        is_classifier_ = run_.description.contains("classifier");
        cells_ = rnn.contains("num_neurons") ? rnn["num_neurons"].get<int>() : rnn["hidden_size"].get<int>();
        lay_types();
        lay_graph();
        plan_.name = "Recorded";
        plan_.types = types_;
        plan_.any_synapses = true;
        if (!rnn.value(is_sparse_ ? "train_hh" : "train_connectome", true)) plan_.weights = weight_mode::frozen;
        lay_projection(plan_.stimulus, data_.stimulus, "ih", rnn["input_size"].get<int>(), "bias_ih", false);
        lay_projection(plan_.output, data_.output, "ho", rnn.value("output_size", 0),
                       is_sparse_ ? "bias_ho" : "output_projection_bias", true);
        if (!is_classifier_) return;
        const auto& head = run_.description["classifier"];
        plan_.readout = {
            .classes = head["num_classes"], .hidden = head["fc_dim"], .dropout = head.value("dropout", 0.0)};
    }

    std::shared_ptr<connectome_module> module(executor with, at::ScalarType dtype) const {
        auto net = std::make_shared<connectome_module>(
            plan_, data_,
            connectome_options{.dtype = dtype, .executor = with, .weights = starting_weights::as_in_the_file});
        net->eval();
        const at::NoGradGuard no_grad;
        for (auto& item : net->named_parameters()) {
            INFO(item.key());
            REQUIRE(run_.holds("param." + item.key()));
            item.value().copy_(run_.tensors.at("param." + item.key()).reshape(item.value().sizes()));
        }
        // What the reference doesn't train isn't trained here.
        const auto trainable = run_.description["trainable"].get<std::vector<std::string>>();
        for (auto& item : net->named_parameters())
            item.value().set_requires_grad(std::ranges::find(trainable, item.key()) != trainable.end());
        net->project();  // as the reference's forward pass does
        return net;
    }

  private:
    const at::Tensor& tensor(const std::string& name) const { return run_.tensors.at(name); }
    std::string path(const std::string& name) const { return (is_classifier_ ? "param.rnn." : "param.") + name; }

    void lay_types() {
        const auto& rnn = run_.network();
        const int count = std::max(rnn.value("num_neuron_types", 0), 1);
        for (int type = 0; type < count; ++type) names_.push_back(fmt::format("T{}", type));
        const auto one_of = [&](const char* key, int type) {
            return rnn.contains(key) ? rnn[key].is_array() ? rnn[key][type] : rnn[key] : nlohmann::json("sigmoid");
        };
        for (int type = 0; type < count; ++type) {
            plan::cell_type made{.name = names_[type], .kind = neuron_class::excitatory};
            made.nonlinearity = function_of(one_of(is_sparse_ ? "nonlinearity" : "neuron_nonlinearity", type));
            made.rectified = !is_sparse_;
            made.signed_rates = is_sparse_;
            made.has_tau = !is_sparse_;
            made.tau =
                rnn.value("neuron_tau_mode", "") == "per_neuron_type" ? tau_mode::per_type : tau_mode::per_neuron;
            if (!rnn.value(is_sparse_ ? "bias_hh" : "connectome_bias", true)) made.bias = bias_mode::none;
            types_.push_back(made);
        }
        data_.graph.neurons.type_names = names_;
        data_.graph.neurons.types.assign(static_cast<std::size_t>(cells_), 0);
        if (rnn.contains("neuron_type")) {  // an index is the rank of a label
            std::set<nlohmann::json> labels(rnn["neuron_type"].begin(), rnn["neuron_type"].end());
            for (int cell = 0; cell < cells_; ++cell)
                data_.graph.neurons.types[static_cast<std::size_t>(cell)] = static_cast<std::int32_t>(
                    std::distance(labels.begin(), labels.find(rnn["neuron_type"][static_cast<std::size_t>(cell)])));
        }
        for (std::size_t cell = 0; cell < static_cast<std::size_t>(cells_); ++cell) {
            if (is_sparse_ || !rnn.contains("neuron_class")) {
                data_.graph.neurons.classes.push_back(neuron_class::excitatory);
            } else if (const auto& given = rnn["neuron_class"]; !given.is_array()) {
                data_.graph.neurons.classes.push_back(class_of(given));
            } else {
                const bool by_type = rnn.value("neuron_class_mode", "") == "per_neuron_type";
                data_.graph.neurons.classes.push_back(
                    class_of(given[by_type ? static_cast<std::size_t>(data_.graph.neurons.types[cell]) : cell]));
            }
        }
    }

    void lay_graph() {
        const auto& indices = tensor(path("hh.indices"));
        const auto* post = indices.const_data_ptr<std::int64_t>();
        const auto* pre = post + indices.size(1);
        data_.graph.synapses.postsynaptic.assign(post, post + indices.size(1));
        data_.graph.synapses.presynaptic.assign(pre, pre + indices.size(1));
        data_.graph.synapses.weights.assign(static_cast<std::size_t>(indices.size(1)), 1);
    }

    void lay_projection(plan::projection& plan, circuit::projection& data, const std::string& name, int size,
                        const char* bias, bool has_bias) {
        const bool is_stimulus = name == "ih";
        if (run_.holds(path(name + ".weight"))) {
            plan = {.kind = projection_kind::dense, .size = size, .bias = run_.network().value(bias, has_bias)};
        } else if (run_.holds(path(name + ".indices"))) {
            plan = {.kind = projection_kind::sparse, .size = size, .bias = run_.network().value(bias, has_bias)};
            const auto& indices = tensor(path(name + ".indices"));
            const auto* rows = indices.const_data_ptr<std::int64_t>();
            const auto* columns = rows + indices.size(1);
            auto& by_row = is_stimulus ? data.cells : data.channels;
            auto& by_column = is_stimulus ? data.channels : data.cells;
            by_row.assign(rows, rows + indices.size(1));
            by_column.assign(columns, columns + indices.size(1));
            data.weights.assign(static_cast<std::size_t>(indices.size(1)), 1);
        }
    }

    const recorded::recorded_run& run_;
    bool is_sparse_ = false, is_classifier_ = false;
    int cells_ = 0;
    std::vector<std::string> names_;
    std::vector<plan::cell_type> types_;
    plan::connectome plan_;
    connectome_data data_;
};

class replayed {
  public:
    replayed(const recorded::recorded_run& run, executor with, at::ScalarType dtype = at::kDouble)
        : run_(run),
          net_(recorded_network(run).module(with, dtype)),
          input_(run.tensors.at("input").to(dtype, false, true).requires_grad_()) {
        request_.layout = run.network().value("batch_first", true) ? layout::batch_first : layout::time_first;
        if (const auto& forward = run.description["forward"]; forward.contains("num_evals")) {
            prefix_ = "tight.";
            state_bound_ = 1e-7;
            // Where cells cross a kink, steps are small there and the gradient is good to a few percent.
            gradient_bound_ = run.description["tight"]["kinks"].get<bool>() ? 0.1 : 1e-6;
            request_.continuous = continuous_time{.start = forward["start_time"],
                                                  .end = forward["end_time"],
                                                  .evaluations = forward["num_evals"],
                                                  .solver = {.relative_tolerance = 1e-10, .absolute_tolerance = 1e-12}};
        } else if (!run.says("sequence")) {
            request_.steps = run.description["steps"].get<int>();
        }
        if (dtype == at::kFloat) {
            state_bound_ = 1e-5;
            gradient_bound_ = 1e-4;
        }
        request_.all_logits = run.says("all_steps");
        if (run.holds("state0"))
            request_.initial_state = run.tensors.at("state0").to(dtype, false, true).requires_grad_();
    }

    void compare_run() {
        for (auto& item : net_->named_parameters())
            if (run_.holds("projected." + item.key()))
                compare("projected." + item.key(), item.value(), net_->dtype() == at::kFloat ? 1e-7 : 1e-15);
        const auto loss = loss_of(net_->run(input_, recording()), true);
        compare(prefix_ + "loss", loss, state_bound_);
        loss.backward();
        compare_gradient(prefix_ + "grad.input", input_);
        if (request_.initial_state.defined()) compare_gradient(prefix_ + "grad.state0", request_.initial_state);
        for (auto& item : net_->named_parameters())
            if (item.value().requires_grad()) compare_gradient(prefix_ + "grad." + item.key(), item.value());
    }

    /// The reference projects before each forward pass and not after the last step.
    void compare_training() {
        if (!run_.description.contains("adam")) return;
        const auto& adam = run_.description["adam"];
        std::vector<at::Tensor> trained;
        for (const auto& parameter : net_->parameters())
            if (parameter.requires_grad()) trained.push_back(parameter);
        for (auto& parameter : trained) parameter.mutable_grad() = at::Tensor();
        torch::optim::Adam optimiser(trained, torch::optim::AdamOptions(adam["lr"].get<double>()));
        for (int step = 0; step < adam["steps"].get<int>(); ++step) {
            net_->project();
            optimiser.zero_grad();
            loss_of(net_->run(input_.detach(), recording()), false).backward();
            optimiser.step();
        }
        for (auto& item : net_->named_parameters())
            if (item.value().requires_grad()) compare("adam3." + item.key(), item.value(), 1e-11);
    }

    int compared() const { return compared_; }

  private:
    connectome_request recording() const {
        auto request = request_;
        request.record_states = request.record_outputs = true;
        return request;
    }

    at::Tensor loss_of(const connectome_result& result, bool compares) {
        const bool is_classifier = net_->classes() > 0;
        if (compares && run_.holds(prefix_ + "states")) compare(prefix_ + "states", result.states, state_bound_);
        if (compares && run_.holds(prefix_ + "outputs") && !is_classifier)
            compare(prefix_ + "outputs", result.outputs, state_bound_);
        if (is_classifier) {
            if (compares) compare(prefix_ + "logits", result.logits, state_bound_);
            const auto& labels = run_.tensors.at("labels");
            const auto& logits = result.logits;
            if (logits.dim() == 2) return at::cross_entropy_loss(logits, labels);
            return at::cross_entropy_loss(logits.flatten(0, 1), labels.repeat(logits.size(0)));
        }
        auto loss = at::zeros({}, at::kDouble);
        if (run_.holds("loss_weight.outputs"))
            loss = loss + (run_.tensors.at("loss_weight.outputs") * result.outputs).square().sum();
        if (run_.holds("loss_weight.states"))
            loss = loss + (run_.tensors.at("loss_weight.states") * result.states).square().sum();
        return loss;
    }

    void compare(const std::string& name, const at::Tensor& ours, double bound) {
        INFO(name);
        REQUIRE(run_.holds(name));
        const auto& theirs = run_.tensors.at(name);
        REQUIRE(ours.numel() == theirs.numel());
        const double largest = theirs.abs().max().item<double>();
        const double error =
            (ours.detach().reshape(theirs.sizes()) - theirs).abs().max().item<double>() / (largest > 0 ? largest : 1);
        CHECK(error <= bound);
        ++compared_;
    }

    void compare_gradient(const std::string& name, const at::Tensor& of) {
        compare(name, of.grad().defined() ? of.grad() : at::zeros_like(of), gradient_bound_);
    }

    const recorded::recorded_run& run_;
    std::shared_ptr<connectome_module> net_;
    at::Tensor input_;
    connectome_request request_;
    std::string prefix_;  ///< of the recorded results that count
    double state_bound_ = tolerance, gradient_bound_ = gradient_tolerance;
    int compared_ = 0;
};

/// visit(name, run) for each recorded network whose nonlinearities have names; how many were visited, or none where
/// nothing is recorded. It returns whether it took the run.
template <class Visit>
std::optional<int> for_each_recorded(Visit visit) {
    const std::filesystem::path folder = CORTEXPR_CONNECTOME_GOLDEN_DIR;
    if (!std::filesystem::exists(folder)) {
        WARN("skipped: no recorded connectomes in " << folder.string());
        return std::nullopt;
    }
    int cases = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        const auto name = entry.path().stem().string();
        if (entry.path().extension() != ".json" || name.starts_with("linear_")) continue;
        if (visit(name, *recorded::find_run(folder, name))) ++cases;
    }
    return cases;
}

bool is_continuous(const recorded::recorded_run& run) { return run.description["forward"].contains("num_evals"); }

}  // namespace

TEST_CASE("recorded connectomes, in float32 on the kernels of a GPU, which run on the CPU in its position") {
    const auto cases = for_each_recorded([](const std::string& name, const recorded::recorded_run& run) {
        if (is_continuous(run)) return false;
        INFO(name);
        const test::emulated_kernels kernels;
        replayed ours(run, executor::planned, at::kFloat);
        ours.compare_run();
        CHECK(ours.compared() >= 4);
        CHECK(test::emulated_kernels::calls().cell_steps > 0);
        CHECK(test::emulated_kernels::calls().cell_adjoints > 0);
        return true;
    });
    if (cases) CHECK(*cases == 32);
}

TEST_CASE("recorded connectomes") {
    const auto cases = for_each_recorded([](const std::string& name, const recorded::recorded_run& run) {
        const auto executors =
            is_continuous(run) ? std::vector{executor::planned} : std::vector{executor::transparent, executor::planned};
        for (const auto with : executors) {
            INFO(name << ", " << name_of(with));
            replayed ours(run, with);
            ours.compare_run();
            ours.compare_training();
            CHECK(ours.compared() >= 4);
        }
        return true;
    });
    if (cases) CHECK(*cases == 43);
}

}  // namespace cortexpr::golden
