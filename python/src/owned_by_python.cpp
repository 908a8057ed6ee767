#include "owned_by_python.hpp"

#include <cortexpr/error.hpp>

#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/mse_loss.h>
#include <c10/util/Exception.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdint>
#include <mutex>
#include <string>

namespace cortexpr::python {

namespace {

/// What torch's own words of a type or a number don't say plainly, where the shapes fit.
void require_labels(const at::Tensor& labels, const at::Tensor& answers) {
    if (labels.dim() != 1 || answers.dim() != 2 || labels.size(0) != answers.size(0)) return;
    if (labels.scalar_type() != at::kLong)
        throw usage_error(fmt::format("labels are of int64, and these are of {}; give labels.long()",
                                      c10::getDtypeNames(labels.scalar_type()).first));
    constexpr std::int64_t left_out = -100;  // by torch's cross-entropy
    for (std::int64_t i = 0; i < labels.size(0); ++i) {
        const auto label = labels[i].item<std::int64_t>();
        if (label != left_out && (label < 0 || label >= answers.size(1)))
            throw usage_error(fmt::format("label {} is none of the network's {} classes, 0 to {}", label,
                                          answers.size(1), answers.size(1) - 1));
    }
}

}  // namespace

tensors owned_by_python::drawn_parameters() const {
    tensors copies;
    for (const auto& one : own()) copies.push_back(one.detach().clone());
    return copies;
}

at::Tensor owned_by_python::loss(const at::Tensor& answers, const at::Tensor& wanted) const {
    if (module().classes() > 0) {
        try {
            return at::cross_entropy_loss(answers, wanted);
        } catch (const c10::OutOfMemoryError&) {
            throw;
        } catch (const c10::Error& problem) {
            require_labels(wanted, answers);
            const std::string reason = problem.what_without_backtrace();
            throw usage_error(fmt::format("labels of shape ({}) don't fit answers of shape ({}): {}",
                                          fmt::join(wanted.sizes(), ", "), fmt::join(answers.sizes(), ", "),
                                          reason.substr(0, reason.find('\n'))));
        }
    }
    if (module().targets() == 0)
        throw usage_error("answers of a readout are compared with what is wanted, and this network has none");
    if (wanted.sizes() != answers.sizes())
        throw usage_error(fmt::format("the targets are of shape ({}), but the answers of ({})",
                                      fmt::join(wanted.sizes(), ", "), fmt::join(answers.sizes(), ", ")));
    if (wanted.scalar_type() != answers.scalar_type())
        throw usage_error(fmt::format("the targets are of {}, but the answers of {}; give targets of that",
                                      c10::getDtypeNames(wanted.scalar_type()).first,
                                      c10::getDtypeNames(answers.scalar_type()).first));
    return at::mse_loss(answers, wanted);
}

void owned_by_python::save(const tensors& parameters, const std::string& path) {
    take(parameters);
    module().save(path);
}

void owned_by_python::load(const tensors& parameters, const std::string& path) {
    take(parameters);
    module().load(path);
    give(parameters);
}

std::vector<double> owned_by_python::step_gains() const {
    std::vector<double> gains;
    for (int i = 0; i < module().parameter_count(); ++i) gains.push_back(module().step_gain(i));
    return gains;
}

void owned_by_python::step_gains(const std::vector<double>& gains) {
    for (int i = 0; i < module().parameter_count(); ++i) module().step_gain(i, gains.at(static_cast<std::size_t>(i)));
}

at::Tensor owned_by_python::generator_state() const {
    auto generator = module().generator();
    const std::lock_guard hold(generator.mutex());
    return generator.get_state();
}

void owned_by_python::generator_state(const at::Tensor& state) {
    auto generator = module().generator();
    const std::lock_guard hold(generator.mutex());
    generator.set_state(state);
}

void owned_by_python::require_values(const tensors& parameters) {
    if (!parameters.empty() && parameters.front().is_meta())
        throw usage_error(
            "the network's parameters are on the device meta, where they have no values; move it by "
            "net.to_empty(device=\"cpu\") and load a state dict");
}

/// Makes the module's parameters equal to Python's, and of their device and dtype.
void owned_by_python::take(const tensors& parameters) {
    const at::NoGradGuard no_grad;
    require_values(parameters);
    module().require_fitting(parameters);
    module().to(parameters.front().device(), parameters.front().scalar_type());
    const auto mine = own();
    for (std::size_t i = 0; i < mine.size(); ++i) mine[i].copy_(parameters[i]);
}

void owned_by_python::give(const tensors& parameters) const {
    const at::NoGradGuard no_grad;
    const auto mine = own();
    for (std::size_t i = 0; i < mine.size(); ++i) parameters[i].copy_(mine[i]);
}

tensors owned_by_python::own() const {
    tensors all;
    for (int i = 0; i < module().parameter_count(); ++i) all.push_back(module().parameter(i));
    return all;
}

}  // namespace cortexpr::python
