#pragma once
// What networks of areas and of single cells share: the module in Python owns parameters and mode and gives them with
// each call; what stays here is what Python's has no word for, such as step gains and the generator of draws.

#include <cortexpr/module/trainable.hpp>
#include <cortexpr/run/options.hpp>

#include <ATen/core/grad_mode.h>
#include <c10/core/impl/LocalDispatchKeySet.h>

#include <optional>
#include <string>
#include <vector>

namespace cortexpr::python {

/// Parameters in the plan's order.
using tensors = std::vector<at::Tensor>;

/// What of LibTorch applies to a network's operations. Autocast doesn't: it would halve what they compute in, and
/// precision is a network's own setting. Autograd does where it is on, inside an operator too, for which LibTorch skips
/// it.
class own_dispatch {
  public:
    own_dispatch() : guard_(local().included_, excluded()) {}

  private:
    static c10::impl::LocalDispatchKeySet local() { return c10::impl::tls_local_dispatch_key_set(); }
    static c10::DispatchKeySet excluded() {
        const auto all = local().excluded_ | c10::autocast_dispatch_keyset;
        return at::GradMode::is_enabled() ? all - c10::autograd_dispatch_keyset : all;
    }

    c10::impl::ForceDispatchKeyGuard guard_;
};

/// A network whose parameters Python owns.
class owned_by_python {
  public:
    owned_by_python() = default;
    owned_by_python(const owned_by_python&) = delete;
    owned_by_python& operator=(const owned_by_python&) = delete;
    virtual ~owned_by_python() = default;

    /// Copies of the parameters that were drawn from the seed.
    tensors drawn_parameters() const;

    /// Answers of a readout, (B, classes) or (T, B, classes) of all steps; else the output at the last step.
    virtual at::Tensor answer(const tensors& parameters, bool training, const at::Tensor& input,
                              std::optional<int> steps, layout layout, bool all_steps) = 0;

    /// How far a readout's answers are from what is wanted: cross-entropy of labels (B), or the mean square of what
    /// targets (B, targets) differ by. \throws usage_error  no readout, or targets of another shape
    at::Tensor loss(const at::Tensor& answers, const at::Tensor& wanted) const;

    void project(const tensors& parameters) const { module().project(parameters); }
    void save(const tensors& parameters, const std::string& path);
    void load(const tensors& parameters, const std::string& path);

    std::vector<double> step_gains() const;
    void step_gains(const std::vector<double>& gains);
    at::Tensor generator_state() const;
    void generator_state(const at::Tensor& state);

  protected:
    /// \throws usage_error  parameters that have no values, on LibTorch's device meta
    static void require_values(const tensors& parameters);
    /// Makes the module's parameters equal to Python's, and of their device and dtype; and the other way round.
    void take(const tensors& parameters);
    void give(const tensors& parameters) const;

  private:
    virtual trainable& module() = 0;
    virtual const trainable& module() const = 0;
    tensors own() const;
};

}  // namespace cortexpr::python
