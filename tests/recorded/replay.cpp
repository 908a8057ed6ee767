#include "replay.hpp"

#include "declaration.hpp"

#include "catch.hpp"

#include <cortexpr/io/safetensors.hpp>
#include <cortexpr/module/network_module.hpp>

#include <ATen/Parallel.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <fmt/core.h>
#include <torch/optim/adam.h>

namespace cortexpr::recorded {

namespace {

class replayed {
  public:
    replayed(const plan::network& plan, const recorded_run& run, executor with)
        : plan_(plan), name_(run.name()), run_(run), net_(plan, {.dtype = at::kDouble, .executor = with}) {
        net_.eval();
        load();
        input_ = run_.tensors.at("input").clone().requires_grad_();
        request_.layout = run_.network().value("batch_first", true) ? layout::batch_first : layout::time_first;
        if (!run_.says("sequence")) request_.steps = run_.description["num_steps"].get<int>();
        request_.all_logits = run_.says("all_steps");
        for (int j = 0; j < static_cast<int>(plan_.types.size()); ++j)
            request_.initial_states.push_back(given(key("state0", j)));
        for (std::size_t i = 0; i < plan_.areas.size(); ++i) {
            request_.initial_outputs.push_back(given(fmt::format("output0.{}", i)));
            request_.initial_feedback.push_back(given(fmt::format("feedback0.{}", i)));
        }
    }

    void compare_run() {
        const auto loss = plan_.has_readout() ? classifier_loss() : network_loss();
        compare("loss", loss, tolerance);
        loss.backward();
        compare_gradient("grad.input", input_);
        for (std::size_t i = 0; i < plan_.parameters.size(); ++i)
            compare_gradient("grad." + parameter_name(i), net_.parameter(static_cast<int>(i)));
    }

    void compare_training() {
        torch::optim::Adam optimiser(net_.parameters(), torch::optim::AdamOptions(1e-2));
        for (int step = 0; step < 3; ++step) {
            optimiser.zero_grad();
            cross_entropy(executed(input_.detach(), request_).logits).backward();
            optimiser.step();
            net_.project();
        }
        for (std::size_t i = 0; i < plan_.parameters.size(); ++i)
            compare("adam3." + parameter_name(i), net_.parameter(static_cast<int>(i)), 10 * tolerance);
    }

    /// Nothing that the run holds may be left out.
    void check_all_compared() const {
        int held = 0;
        for (const auto& [name, tensor] : run_.tensors)
            for (const char* kind : {"loss", "logits", "output.", "state.", "feedback.", "grad.", "adam3."})
                held += name.starts_with(kind);
        CHECK(compared_ == held);
    }

    void report() const {
        fmt::print("{:26} {:11} {:3} values, worst {:.1e} ({})\n", name_, name_of(net_.executor()), compared_, worst_,
                   worst_tensor_);
    }

  private:
    static constexpr double tolerance = 1e-10;

    /// The one place where the network is run.
    run_result executed(const at::Tensor& input, const run_request& request) { return net_.run(input, request); }

    /// A recorded tensor, or an undefined one: then the run starts as declared.
    at::Tensor given(const std::string& name) const { return run_.holds(name) ? run_.tensors.at(name) : at::Tensor(); }

    std::string parameter_name(std::size_t index) const {
        return std::string(std::string_view(plan_.parameters[index].name));
    }

    /// "state.1.0" for the first neuron type of the second area.
    std::string key(const char* what, int type) const {
        const int area = plan_.types[static_cast<std::size_t>(type)].area;
        return fmt::format("{}.{}.{}", what, area, type - plan_.areas[static_cast<std::size_t>(area)].first_type);
    }

    /// Through a file, as a model that was trained by the reference would come.
    void load() {
        std::vector<io::tensor_record> records;
        for (const auto& [name, tensor] : run_.tensors) {
            if (!name.starts_with("param.")) continue;
            records.push_back({.name = name.substr(6),
                               .type = io::dtype::f64,
                               .shape = tensor.sizes().vec(),
                               .bytes = {static_cast<const std::byte*>(tensor.const_data_ptr()), tensor.nbytes()}});
        }
        const auto file = fmt::format("{}/recorded_{}.safetensors", CORTEXPR_TEST_TEMP_DIR, name_);
        io::write_safetensors(file, records);
        net_.load(file);
    }

    void compare(const std::string& name, const at::Tensor& ours, double bound) {
        INFO(name_ << ": " << name);
        REQUIRE(run_.holds(name));
        const auto& theirs = run_.tensors.at(name);
        REQUIRE(ours.sizes() == theirs.sizes());
        const double error =
            (ours.detach() - theirs).abs().max().item<double>() / (theirs.abs().max().item<double>() + 1e-12);
        CHECK(error <= bound);
        if (error > worst_ || compared_ == 0) {
            worst_ = error;
            worst_tensor_ = name;
        }
        ++compared_;
    }

    void compare_gradient(const std::string& name, const at::Tensor& of) {
        compare(name, of.grad().defined() ? of.grad() : at::zeros_like(of), tolerance);
    }

    /// The mean over steps, where there are logits of all steps.
    at::Tensor cross_entropy(const at::Tensor& logits) const {
        const auto& labels = run_.tensors.at("labels");
        if (logits.dim() == 2) return at::cross_entropy_loss(logits, labels);
        return at::cross_entropy_loss(logits.flatten(0, 1), labels.repeat(logits.size(0)));
    }

    /// The request, with everything recorded.
    run_request recording_request() const {
        auto request = request_;
        request.record_states.assign(plan_.types.size(), true);
        request.record_outputs.assign(plan_.areas.size(), true);
        for (const auto& area : plan_.areas) request.record_feedback.push_back(area.feedback.channels > 0);
        return request;
    }

    /// Compares what was recorded of all steps; calls `add(name, value)` for each output and state.
    template <class Add>
    void compare_recordings(const run_result& result, Add add) {
        const auto check = [&](const std::string& name, const at::Tensor& value) {
            compare(name, value, tolerance);
            add(name, value);
        };
        for (std::size_t i = 0; i < plan_.areas.size(); ++i) {
            check(fmt::format("output.{}", i), result.outputs[i]);
            if (plan_.areas[i].feedback.channels > 0)
                compare(fmt::format("feedback.{}", i), result.feedback[i], tolerance);
        }
        for (int j = 0; j < static_cast<int>(plan_.types.size()); ++j)
            check(key("state", j), result.states[static_cast<std::size_t>(j)]);
    }

    /// Nothing but logits is asked for, unless the run holds more: what is not requested is not computed.
    at::Tensor classifier_loss() {
        const bool records = run_.holds("output.0");
        const auto result = executed(input_, records ? recording_request() : request_);
        if (records) compare_recordings(result, [](const auto&...) {});
        compare("logits", result.logits, tolerance);
        return cross_entropy(result.logits);
    }

    at::Tensor network_loss() {
        auto loss = at::zeros({}, at::kDouble);
        compare_recordings(executed(input_, recording_request()),
                           [&](const std::string& name, const at::Tensor& value) {
                               loss = loss + run_.tensors.at("cotangent." + name).mul(value).sum();
                           });
        return loss;
    }

    const plan::network& plan_;
    std::string name_;
    const recorded_run& run_;
    network_module net_;
    at::Tensor input_;
    run_request request_;
    double worst_ = 0;
    std::string worst_tensor_;
    int compared_ = 0;
};

}  // namespace

void replay(const plan::network& plan, const recorded_run& run) {
    at::set_num_threads(1);  // the maps are too small to be shared
    check_declaration(plan, run);
    for (const auto with : {executor::transparent, executor::planned, executor::batched}) {
        INFO(name_of(with));
        replayed ours(plan, run, with);
        ours.compare_run();
        if (run.has_readout() && run.holds("adam3." + std::string(std::string_view(plan.parameters[0].name))))
            ours.compare_training();
        ours.check_all_compared();
        ours.report();
    }
}

}  // namespace cortexpr::recorded
