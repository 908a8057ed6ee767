#pragma once
// A whole program around one declared network of areas, or a connectome, whose cells and synapses come from files: it
// trains, sweeps, tests, records, perturbs, analyses, draws, reports and exchanges (docs/workbench.md). No LibTorch
// header behind this one.
//
//     int main(int argc, char** argv) { return cortexpr::app<Digits>(argc, argv); }

#include <cortexpr/compiler.hpp>

#include <cortexpr/circuit/files.hpp>
#include <cortexpr/data/labelled_images.hpp>
#include <cortexpr/dsl.hpp>
#include <cortexpr/plan/connectome.hpp>

namespace cortexpr {

/// What the program's author sets, not its user.
struct app_options {
    const char* default_data = nullptr;  ///< folder used where --data isn't given
    /// Makes the examples, the same ones at each call, where they are not read from a folder; there is no --data then.
    data::labelled_images (*make_data)(data::split part) = nullptr;
    /// How a connectome's files are read; those of cells and synapses are used where --cells and --synapses
    /// aren't given.
    circuit::files files{};
    /// Makes the connectome, the same one at each call, where it is not read from files; there are no --cells and
    /// --synapses then.
    circuit::graph (*make_circuit)() = nullptr;
};

namespace detail {
int run_app(const plan::network& network, const app_options& options, int argc, char** argv);
int run_app(const plan::connectome& network, const app_options& options, int argc, char** argv);
}  // namespace detail

/// Runs the command line; returns the exit status: 0, 1 for an error, 2 for a command line that isn't understood,
/// 128 + signal (130 for Ctrl-C) for a training that was interrupted and saved. Errors are one sentence on stderr.
template <class Declared>
int app(int argc, char** argv, const app_options& options = {}) {
    return detail::run_app(plan_of<Declared>, options, argc, argv);
}

}  // namespace cortexpr
