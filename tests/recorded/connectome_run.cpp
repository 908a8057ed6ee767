#include "connectome_run.hpp"

#include "catch.hpp"

#include <cortexpr/error.hpp>
#include <cortexpr/module/connectome_files.hpp>

#include <ATen/ops/cross_entropy_loss.h>
#include <fmt/core.h>
#include <torch/optim/adam.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>
#include <set>
#include <utility>

namespace cortexpr::recorded {

namespace {

/// The one of the reference's that this library has no name for.
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
        for (int i = 0; i < activation_count; ++i) {
            auto spelled = std::string(name_of(static_cast<activation>(i)));
            std::erase(spelled, '_');
            if (spelled == one) return static_cast<activation>(i);
        }
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

std::string text_of(const nlohmann::json& label) { return label.is_string() ? label.get<std::string>() : label.dump(); }

std::size_t at(std::int64_t index) { return static_cast<std::size_t>(index); }

/// The order in which a recorded matrix has the given pairs.
std::vector<std::int64_t> positions_in(const at::Tensor& indices, const std::vector<std::int32_t>& rows,
                                       const std::vector<std::int32_t>& columns) {
    std::map<std::pair<std::int64_t, std::int64_t>, std::int64_t> positions;
    const auto count = indices.size(1);
    const auto* ends = indices.const_data_ptr<std::int64_t>();
    for (std::int64_t k = 0; k < count; ++k) positions[{ends[k], ends[count + k]}] = k;
    REQUIRE(at(count) == rows.size());
    std::vector<std::int64_t> found;
    for (std::size_t k = 0; k < rows.size(); ++k) {
        INFO("entry " << k << ", (" << rows[k] << ", " << columns[k] << ")");
        REQUIRE(positions.contains({rows[k], columns[k]}));
        found.push_back(positions.at({rows[k], columns[k]}));
    }
    return found;
}

/// Entries of ours by those of the reference, from the reference's by ours.
std::vector<std::int64_t> inverse(const std::vector<std::int64_t>& positions) {
    std::vector<std::int64_t> entries(positions.size());
    for (std::size_t k = 0; k < positions.size(); ++k) entries[at(positions[k])] = static_cast<std::int64_t>(k);
    return entries;
}

circuit::columns columns_of(const nlohmann::json& given) {
    circuit::columns names;
    const std::pair<const char*, std::string*> all[]{
        {"pre", &names.pre},         {"post", &names.post},
        {"weight", &names.weight},   {"neuron", &names.neuron},
        {"type", &names.type},       {"neuron_class", &names.neuron_class},
        {"channel", &names.channel}, {"channel_weight", &names.channel_weight}};
    for (const auto& [key, name] : all) *name = given.value(key, *name);
    return names;
}

}  // namespace

bool is_continuous(const recorded_run& run) { return run.description["forward"].contains("num_evals"); }

connectome_request request_of(const recorded_run& run, at::ScalarType dtype) {
    connectome_request request;
    request.layout = run.network().value("batch_first", true) ? layout::batch_first : layout::time_first;
    if (const auto& forward = run.description["forward"]; is_continuous(run)) {
        request.continuous = continuous_time{.start = forward["start_time"],
                                             .end = forward["end_time"],
                                             .evaluations = forward["num_evals"],
                                             .solver = {.relative_tolerance = 1e-10, .absolute_tolerance = 1e-12}};
    } else if (forward.contains("num_steps")) {
        request.steps = forward["num_steps"].get<int>();
    }
    request.all_logits = run.says("all_steps");
    if (run.holds("state0")) request.initial_state = run.tensors.at("state0").to(dtype, false, true).requires_grad_();
    return request;
}

recorded_connectome::recorded_connectome(const recorded_run& run, const std::filesystem::path& folder) : run_(run) {
    is_sparse_ = run_.description["kind"].get<std::string>().starts_with("sparse");
    is_classifier_ = run_.description.contains("classifier");
    cells_ =
        network().contains("num_neurons") ? network()["num_neurons"].get<int>() : network()["hidden_size"].get<int>();
    lay_types();
    plan_.name = "Recorded";
    plan_.types = types_;
    plan_.any_synapses = true;
    if (!network().value(is_sparse_ ? "train_hh" : "train_connectome", true)) plan_.weights = weight_mode::frozen;
    if (const auto* mode = ours("weights"); mode != nullptr)
        plan_.weights = *mode == "per_type_pair" ? weight_mode::per_type_pair : weight_mode::scaled_counts;
    lay_projection(plan_.stimulus, "ih", network()["input_size"].get<int>(), "bias_ih", false);
    lay_projection(plan_.output, "ho", network().value("output_size", 0),
                   is_sparse_ ? "bias_ho" : "output_projection_bias", true);
    if (is_classifier_) {
        const auto& head = run_.description["classifier"];
        plan_.readout = {
            .classes = head["num_classes"], .hidden = head["fc_dim"], .dropout = head.value("dropout", 0.0)};
    }
    if (run_.description.contains("files")) {
        load(folder);
    } else {
        take_graph();
        if (plan_.stimulus.kind == projection_kind::sparse) take_projection(data_.stimulus, "ih");
        if (plan_.output.kind == projection_kind::sparse) take_projection(data_.output, "ho");
    }
    if (!run_.holds(path("hh.indices"))) return;  // what is to be refused is not recorded
    place_synapses();
    if (plan_.stimulus.kind == projection_kind::sparse) place_projection(data_.stimulus, "ih");
    if (plan_.output.kind == projection_kind::sparse) place_projection(data_.output, "ho");
    if (const auto* modes = ours("bias"); modes != nullptr) place_cells("hh.bias", *modes);
    if (const auto* modes = ours("tau"); modes != nullptr) place_cells("tau", *modes);
}

std::shared_ptr<connectome_module> recorded_connectome::bare_module(executor with, at::ScalarType dtype) const {
    auto net = std::make_shared<connectome_module>(
        plan_, data_,
        connectome_options{.dtype = dtype, .executor = with, .weights = starting_weights::as_in_the_file});
    net->eval();
    return net;
}

std::shared_ptr<connectome_module> recorded_connectome::module(executor with, at::ScalarType dtype) const {
    auto net = bare_module(with, dtype);
    if (run_.description.contains("files") && dtype == at::kDouble) check_loaded(*net);
    const at::NoGradGuard no_grad;
    for (auto& item : net->named_parameters()) {
        INFO(item.key());
        REQUIRE(run_.holds("param." + item.key()));
        item.value().copy_(values_of(item.key(), run_.tensors.at("param." + item.key())).reshape(item.value().sizes()));
    }
    // What the reference doesn't train isn't trained here.
    const auto trainable = run_.description["trainable"].get<std::vector<std::string>>();
    for (auto& item : net->named_parameters())
        item.value().set_requires_grad(std::ranges::find(trainable, item.key()) != trainable.end());
    net->project();  // as the reference's forward pass does
    return net;
}

const nlohmann::json* recorded_connectome::ours(const char* option) const {
    if (!run_.description.contains("ours") || !run_.description["ours"].contains(option)) return nullptr;
    return &run_.description["ours"][option];
}

void recorded_connectome::lay_types() {
    const auto& rnn = network();
    const int count = std::max(rnn.value("num_neuron_types", 0), 1);
    data_.graph.neurons.types.assign(at(cells_), 0);
    if (rnn.contains("neuron_type") && rnn.value("num_neuron_types", 0) > 0) {  // an index is the rank of a label
        std::set<nlohmann::json> labels(rnn["neuron_type"].begin(), rnn["neuron_type"].end());
        for (const auto& label : labels) names_.push_back(text_of(label));
        for (std::size_t cell = 0; cell < std::min(at(cells_), rnn["neuron_type"].size()); ++cell)
            data_.graph.neurons.types[cell] =
                static_cast<std::int32_t>(std::distance(labels.begin(), labels.find(rnn["neuron_type"][cell])));
    } else if (run_.description.contains("files")) {
        names_.emplace_back("neuron");
    } else {
        names_.emplace_back("T0");
    }
    while (names_.size() < at(count)) names_.push_back(fmt::format("T{}", names_.size()));
    const bool classes_by_type = rnn.value("neuron_class_mode", "") == "per_neuron_type";
    const auto one_of = [&](const char* key, int type) {
        return rnn.contains(key) ? rnn[key].is_array() ? rnn[key][at(type)] : rnn[key] : nlohmann::json("sigmoid");
    };
    const char* start = is_sparse_ ? "default_hidden_init_fn" : "default_neuron_state_init_fn";
    for (int type = 0; type < count; ++type) {
        plan::cell_type made{.name = names_[at(type)], .kind = neuron_class::excitatory};
        if (!is_sparse_ && rnn.contains("neuron_class")) {
            if (const auto& given = rnn["neuron_class"]; !given.is_array())
                made.kind = class_of(given);
            else if (!classes_by_type)
                made.kind = neuron_class::hybrid;  // each cell says its own
            else if (at(type) < given.size())
                made.kind = class_of(given[at(type)]);
        }
        made.nonlinearity = function_of(one_of(is_sparse_ ? "nonlinearity" : "neuron_nonlinearity", type));
        made.rectified = !is_sparse_;
        made.signed_rates = is_sparse_;
        made.has_tau = !is_sparse_;
        made.tau = rnn.value("neuron_tau_mode", "") == "per_neuron_type" ? tau_mode::per_type : tau_mode::per_neuron;
        if (rnn.value(start, "zeros") == "ones") made.initial_state = fill::ones;
        if (!rnn.value(is_sparse_ ? "bias_hh" : "connectome_bias", true)) made.bias = bias_mode::none;
        if (const auto* modes = ours("tau"); modes != nullptr) {
            made.has_tau = (*modes)[at(type)] != "none";
            made.tau = (*modes)[at(type)] == "per_type" ? tau_mode::per_type : tau_mode::per_neuron;
        }
        if (const auto* modes = ours("bias"); modes != nullptr) {
            const auto& mode = (*modes)[at(type)];
            made.bias = mode == "none"       ? bias_mode::none
                        : mode == "per_type" ? bias_mode::per_type
                                             : bias_mode::per_neuron;
        }
        types_.push_back(made);
    }
    for (std::size_t type = 0; type < types_.size(); ++type) types_[type].name = names_[type];
}

void recorded_connectome::lay_projection(plan::projection& plan, const std::string& name, int size, const char* bias,
                                         bool has_bias) {
    const auto& rnn = network();
    const bool is_stimulus = name == "ih";
    const auto says = [&](const char* of_sparse, const char* of_connectome) {
        return rnn.value(is_sparse_ ? of_sparse : of_connectome, false);
    };
    const auto is_given = [&](const char* of_sparse, const char* of_connectome) {
        return rnn.contains(is_sparse_ ? of_sparse : of_connectome);
    };
    if (is_stimulus ? says("use_dense_ih", "use_dense_input_projection")
                    : says("use_dense_ho", "use_dense_output_projection"))
        plan.kind = projection_kind::dense;
    else if (is_stimulus ? is_given("connectivity_ih", "input_projection")
                         : is_given("connectivity_ho", "output_projection"))
        plan.kind = projection_kind::sparse;
    else
        return;
    plan.size = size;
    plan.bias = rnn.value(bias, has_bias);
}

void recorded_connectome::take_graph() {
    auto& [neurons, synapses] = data_.graph;
    neurons.type_names = names_;
    const auto& rnn = network();
    for (std::size_t cell = 0; cell < at(cells_); ++cell) {
        if (is_sparse_ || !rnn.contains("neuron_class")) {
            neurons.classes.push_back(neuron_class::excitatory);
        } else if (const auto& given = rnn["neuron_class"]; !given.is_array()) {
            neurons.classes.push_back(class_of(given));
        } else {
            const bool by_type = rnn.value("neuron_class_mode", "") == "per_neuron_type";
            neurons.classes.push_back(class_of(given[by_type ? at(neurons.types[cell]) : cell]));
        }
    }
    const auto& indices = tensor("hh.indices");
    const auto* post = indices.const_data_ptr<std::int64_t>();
    const auto* pre = post + indices.size(1);
    synapses.postsynaptic.assign(post, post + indices.size(1));
    synapses.presynaptic.assign(pre, pre + indices.size(1));
    synapses.weights.assign(at(indices.size(1)), 1);
}

void recorded_connectome::take_projection(circuit::projection& data, const std::string& name) const {
    const bool is_stimulus = name == "ih";
    const auto& indices = tensor(name + ".indices");
    const auto* rows = indices.const_data_ptr<std::int64_t>();
    const auto* columns = rows + indices.size(1);
    auto& by_row = is_stimulus ? data.cells : data.channels;
    auto& by_column = is_stimulus ? data.channels : data.cells;
    by_row.assign(rows, rows + indices.size(1));
    by_column.assign(columns, columns + indices.size(1));
    data.weights.assign(at(indices.size(1)), 1);
}

/// As a program does it, where the class of a cell is its type's; cells with classes of their own are no declaration,
/// so that the parts are read one by one.
void recorded_connectome::load(const std::filesystem::path& folder) {
    const auto& given = run_.description["files"];
    circuit::files files;
    const auto in_folder = [&](const char* key, std::filesystem::path& path, std::string* prefix) {
        if (!given.contains(key)) return;
        path = folder / given[key].value("file", "");
        if (prefix != nullptr) *prefix = given[key].value("prefix", "");
    };
    in_folder("synapses", files.synapses, &files.prefix);
    in_folder("cells", files.cells, nullptr);
    in_folder("stimulus", files.stimulus_synapses, &files.stimulus_prefix);
    in_folder("output", files.output_synapses, &files.output_prefix);
    if (given.contains("columns")) files.columns = columns_of(given["columns"]);
    if (!given.value("classes_by_cell", false)) {
        data_ = load_connectome(plan_, files);
        return;
    }
    using end = circuit::expected_projection::end;
    data_.graph = circuit::load(files);
    if (!files.stimulus_synapses.empty())
        data_.stimulus = circuit::load_projection(files.stimulus_synapses, data_.graph,
                                                  {.is = end::stimulus, .channels = plan_.stimulus.size, .types = {}},
                                                  files.columns, files.stimulus_prefix);
    if (!files.output_synapses.empty())
        data_.output = circuit::load_projection(files.output_synapses, data_.graph,
                                                {.is = end::output, .channels = plan_.output.size, .types = {}},
                                                files.columns, files.output_prefix);
}

/// Weights that are shared have an entry for each pair of types that is connected, by presynaptic type first.
void recorded_connectome::place_synapses() {
    const auto& [neurons, synapses] = data_.graph;
    const auto positions = positions_in(tensor("hh.indices"), synapses.postsynaptic, synapses.presynaptic);
    auto& placed = placings_["hh.values"];
    if (plan_.weights == weight_mode::per_synapse || plan_.weights == weight_mode::frozen) {
        placed = {.entry = inverse(positions), .count = static_cast<std::int64_t>(positions.size())};
        return;
    }
    std::vector<std::int64_t> type_of_name;
    for (const auto& name : neurons.type_names)
        type_of_name.push_back(std::ranges::find(names_, name) - names_.begin());
    const auto pair_of = [&](std::size_t k) {
        const auto type = [&](std::int32_t cell) { return type_of_name[at(neurons.types[at(cell)])]; };
        return std::pair(type(synapses.presynaptic[k]), type(synapses.postsynaptic[k]));
    };
    std::map<std::pair<std::int64_t, std::int64_t>, std::int64_t> entries;
    for (std::size_t k = 0; k < synapses.size(); ++k) entries[pair_of(k)] = 0;
    for (auto& [pair, entry] : entries) entry = placed.count++;
    placed.is_shared = true;
    placed.entry.resize(synapses.size());
    const bool scales = plan_.weights == weight_mode::scaled_counts;
    if (scales) placed.scale.resize(synapses.size());
    for (std::size_t k = 0; k < synapses.size(); ++k) {
        placed.entry[at(positions[k])] = entries.at(pair_of(k));
        if (scales) placed.scale[at(positions[k])] = synapses.weights[k];
    }
}

void recorded_connectome::place_projection(const circuit::projection& data, const std::string& name) {
    const bool is_stimulus = name == "ih";
    const auto positions = positions_in(tensor(name + ".indices"), is_stimulus ? data.cells : data.channels,
                                        is_stimulus ? data.channels : data.cells);
    placings_[name + ".values"] = {.entry = inverse(positions), .count = static_cast<std::int64_t>(positions.size())};
}

/// First the types whose cells share one, then the cells that have one each.
void recorded_connectome::place_cells(const std::string& name, const std::vector<std::string>& modes) {
    auto& placed = placings_[name];
    std::vector<std::int64_t> of_type(modes.size(), -1);
    for (std::size_t type = 0; type < modes.size(); ++type)
        if (modes[type] == "per_type") of_type[type] = placed.count++;
    placed.is_shared = placed.count > 0;
    const auto& types = network()["neuron_type"];
    for (std::size_t cell = 0; cell < at(cells_); ++cell) {
        const auto type = at(std::ranges::find(names_, text_of(types[cell])) - names_.begin());
        placed.entry.push_back(modes[type] == "none" ? -1 : modes[type] == "per_type" ? of_type[type] : placed.count++);
    }
}

const recorded_connectome::placing* recorded_connectome::placing_of(const std::string& parameter) const {
    const auto found =
        placings_.find(is_classifier_ && parameter.starts_with("rnn.") ? parameter.substr(4) : parameter);
    return found == placings_.end() ? nullptr : &found->second;
}

bool recorded_connectome::is_shared(const std::string& parameter) const {
    const auto* placed = placing_of(parameter);
    return placed != nullptr && placed->is_shared;
}

template <class Take>
at::Tensor recorded_connectome::placed(const std::string& parameter, const at::Tensor& recorded, Take take) const {
    const auto* placed = placing_of(parameter);
    if (placed == nullptr || at(recorded.numel()) != placed->entry.size()) return recorded;
    auto ours = at::zeros({placed->count}, at::kDouble);
    const auto flat = recorded.contiguous();
    const auto* from = flat.const_data_ptr<double>();
    auto* to = ours.mutable_data_ptr<double>();
    for (std::size_t k = 0; k < placed->entry.size(); ++k)
        if (placed->entry[k] >= 0) take(to[placed->entry[k]], from[k], placed->scale.empty() ? 1 : placed->scale[k]);
    return ours;
}

at::Tensor recorded_connectome::values_of(const std::string& parameter, const at::Tensor& recorded) const {
    return placed(parameter, recorded, [](double& ours, double theirs, double scale) { ours = theirs / scale; });
}

at::Tensor recorded_connectome::gradient_of(const std::string& parameter, const at::Tensor& recorded) const {
    return placed(parameter, recorded, [](double& ours, double theirs, double scale) { ours += theirs * scale; });
}

/// Files hold what they were written from; repeats of a pair are summed.
void recorded_connectome::check_loaded(const connectome_module& net) const {
    CHECK(net.cell_count() == cells_);
    CHECK(net.synapse_count() == tensor("hh.indices").size(1));
    if (plan_.weights == weight_mode::per_synapse || plan_.weights == weight_mode::frozen) {
        const auto start = net.named_parameters()[is_classifier_ ? "rnn.hh.values" : "hh.values"].detach();
        CHECK(at::allclose(start, values_of("hh.values", run_.tensors.at("files.synapses")), 1e-14, 0));
    }
    for (const auto& [name, part] : {std::pair("ih.values", "files.stimulus"), std::pair("ho.values", "files.output")})
        if (run_.holds(part)) {
            const auto start = net.named_parameters()[(is_classifier_ ? "rnn." : "") + std::string(name)].detach();
            CHECK(at::allclose(start, values_of(name, run_.tensors.at(part)), 1e-14, 0));
        }
}

connectome_replay::connectome_replay(const recorded_run& run, executor with, at::ScalarType dtype,
                                     const std::filesystem::path& folder)
    : run_(run),
      network_(run, folder),
      net_(network_.module(with, dtype)),
      input_(run.tensors.at("input").to(dtype, false, true).requires_grad_()),
      request_(request_of(run, dtype)) {
    if (is_continuous(run)) {
        prefix_ = "tight.";
        state_bound_ = 1e-7;
        // Where cells cross a kink, steps are small there and the gradient is good to a few percent.
        gradient_bound_ = run.description["tight"]["kinks"].get<bool>() ? 0.1 : 1e-6;
    }
    if (dtype == at::kFloat) {
        state_bound_ = 1e-5;
        gradient_bound_ = 1e-4;
    }
}

void connectome_replay::compare_run() {
    for (auto& item : net_->named_parameters())
        if (run_.holds("projected." + item.key()))
            compare("projected." + item.key(), item.value(),
                    network_.values_of(item.key(), recorded("projected." + item.key())),
                    net_->dtype() == at::kFloat ? 1e-7 : 1e-15);
    const auto loss = loss_of(net_->run(input_, recording()), true);
    compare(prefix_ + "loss", loss, recorded(prefix_ + "loss"), state_bound_);
    loss.backward();
    compare_gradient("input", input_);
    if (request_.initial_state.defined()) compare_gradient("state0", request_.initial_state);
    for (auto& item : net_->named_parameters())
        if (item.value().requires_grad()) compare_gradient(item.key(), item.value());
}

void connectome_replay::compare_training() {
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
        if (item.value().requires_grad())
            compare("adam3." + item.key(), item.value(),
                    network_.values_of(item.key(), recorded("adam3." + item.key())), 1e-11);
}

connectome_request connectome_replay::recording() const {
    auto request = request_;
    request.record_states = request.record_outputs = true;
    return request;
}

at::Tensor connectome_replay::loss_of(const connectome_result& result, bool compares) {
    const bool is_classifier = net_->classes() > 0;
    if (compares && run_.holds(prefix_ + "states"))
        compare(prefix_ + "states", result.states, recorded(prefix_ + "states"), state_bound_);
    if (compares && run_.holds(prefix_ + "outputs") && !is_classifier)
        compare(prefix_ + "outputs", result.outputs, recorded(prefix_ + "outputs"), state_bound_);
    if (is_classifier) {
        if (compares) compare(prefix_ + "logits", result.logits, recorded(prefix_ + "logits"), state_bound_);
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

const at::Tensor& connectome_replay::recorded(const std::string& name) const {
    INFO(name);
    REQUIRE(run_.holds(name));
    return run_.tensors.at(name);
}

void connectome_replay::compare(const std::string& name, const at::Tensor& ours, const at::Tensor& theirs,
                                double bound) {
    INFO(name);
    REQUIRE(ours.numel() == theirs.numel());
    ++compared_;
    if (theirs.numel() == 0) return;
    constexpr double rounding = 1e-11;  // of sums that are 0, which it would be compared with itself
    const double largest = theirs.abs().max().item<double>();
    const double error = (ours.detach().reshape(theirs.sizes()) - theirs).abs().max().item<double>() /
                         (largest > rounding ? largest : 1);
    CHECK(error <= bound);
}

void connectome_replay::compare_gradient(const std::string& name, const at::Tensor& of) {
    compare(prefix_ + "grad." + name, of.grad().defined() ? of.grad() : at::zeros_like(of),
            network_.gradient_of(name, recorded(prefix_ + "grad." + name)), gradient_bound_);
}

}  // namespace cortexpr::recorded
