#pragma once
// The effective recurrent spectrum: the circuit linearised at the rates that a stimulus leads to, and its eigenvalues.

#include <cortexpr/compiler.hpp>

#include <cortexpr/before_libtorch.hpp>

#include <cortexpr/error.hpp>
#include <cortexpr/workbench/any_network.hpp>

#include <complex>
#include <optional>
#include <vector>

namespace cortexpr::workbench {

/// Eigenvalues of the linearised step J, d(state after a step) / d(state before it): of all that a network carries from
/// one step to the next, which is rates and, where areas are joined by them, feedback and delayed outputs.
struct spectrum {
    std::vector<std::complex<double>> eigenvalues;  ///< the largest first
    bool is_complete = true;  ///< all of them; else those of largest size and of largest real part
    std::int64_t size = 0;    ///< of the state

    /// The largest size: the step is stable below 1.
    double radius() const;
    /// The largest real part, less 1: of J - 1, which in a circuit without feedback and delays is the Jacobian of dh/dt
    /// = (f(z) - h) / tau, in 1 / step. In continuous time the circuit is stable below 0.
    double abscissa() const;
};

/// The spectra of a circuit with and without its inhibition.
struct recurrent_spectrum {
    spectrum whole;                      ///< of the circuit as it is
    std::optional<spectrum> excitation;  ///< with inhibitory rates held as they are; none without inhibitory cells

    /// Whether a small disturbance of the rates dies out: the spectral radius is below 1.
    bool is_stable() const { return whole.radius() < 1; }
    /// Excitation by itself would run away, and inhibition prevents it (M. V. Tsodyks et al., "Paradoxical effects of
    /// external modulation of inhibitory interneurons", J. Neurosci. 1997).
    bool is_inhibition_stabilised() const { return is_stable() && excitation && excitation->radius() >= 1; }
};

/// Where a circuit is linearised, and how many eigenvalues are computed.
struct spectrum_options {
    int steps = 5;                    ///< the circuit is linearised at the rates after as many steps of a still image
    std::int64_t dense_up_to = 1500;  ///< states of this size get all eigenvalues, from the whole matrix; larger ones
                                      ///< the leading ones, by implicitly restarted Arnoldi (Spectra) without a matrix
    int leading = 8;                  ///< how many of those: the largest, and with them the rightmost
    /// Of a connectome, beside those that it has itself; networks of areas have theirs (network_module::perturb).
    std::vector<perturbation> perturbations{};
};

/// At one stimulus, (1, C, H, W) for some steps, or a sequence (1, T, C, H, W). J comes from gradients of the step as
/// the transparent executor takes it, in float64: weights, the slopes of all nonlinearities, time constants, feedback
/// and delays, at these rates. The step is the one after the last: perturbations that have ended by then have moved the
/// rates and are not in J, and neither is noise, whose draws differ from step to step. \throws usage_error  a stimulus
/// or perturbation that doesn't fit, or leading eigenvalues that Arnoldi doesn't find
recurrent_spectrum spectrum_of(const any_network& network, const at::Tensor& stimulus, const spectrum_options& options);

}  // namespace cortexpr::workbench
