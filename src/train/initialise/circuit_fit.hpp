#pragma once
// Fits the edges of a network to what they add while it runs.

#include "balanced.hpp"
#include "observed.hpp"
#include "order.hpp"

#include <vector>

namespace cortexpr {

class circuit_fit {
  public:
    circuit_fit(network_module& network, const balanced_aims& aims, const at::Tensor& inputs, int steps);

    /// Runs the network and fits its edges to their terms: first those that bring the first response, in its
    /// order and with all loops open, then all, with loops that close little by little and stay stable.
    void fit();

    /// Sets the step gains of kernels and biases, so that a step of the optimiser changes no drive by too much.
    void set_step_gains();

  private:
    /// What an edge adds to its target's drive, fitted so far.
    struct edge_term {
        const plan::edge* edge;
        moments linear;       ///< of W * x, without sign
        bool brings = false;  ///< a first response
    };

    at::Tensor& parameter(int index) { return parameters_[static_cast<std::size_t>(index)]; }
    const plan::neuron_type& type_at(int index) const { return plan_.types[static_cast<std::size_t>(index)]; }

    bool brings(const plan::edge& edge) const {
        return order_.brings[static_cast<std::size_t>(&edge - plan_.edges.data())];
    }
    bool closes_loops(const plan::edge& edge) const;
    bool is_fitted(const plan::edge& edge) const { return fits_loops_ || !closes_loops(edge); }

    void fit_stages();
    void close_loops();
    void draw_loops();
    bool is_stable(const observed& seen);
    std::vector<at::Tensor> copies() const;
    void restore(const std::vector<at::Tensor>& values);

    void turn_to_rare_drives(int type, const observed& seen);
    void fit_all(const observed& seen);
    void fit_type(int type, const observed& seen);
    double aimed_mean(int type) const;
    void fit_first_response(int type, std::vector<edge_term*>& bringing);
    void balance_classes(const std::vector<edge_term*>& terms);
    void fit_mean(int type, const std::vector<edge_term>& into, const observed& seen);
    void fit_output(const plan::area& area, const observed& seen);
    void fit_feedback(const observed& seen);

    template <class Edge>
    void read_differences(const Edge& edge, const at::Tensor& recording);
    edge_term term_of(const plan::edge& edge, const observed& seen, bool brings);
    at::Tensor mean_of(const edge_term& term, const observed& seen);
    void scale(edge_term& term, const at::Tensor& by_target);
    at::Tensor counted_spread(const moments& found) const;

    network_module& network_;
    const plan::network& plan_;
    const balanced_aims& aims_;
    at::Tensor inputs_;
    int steps_;
    order_of_arrival order_;
    bool fits_loops_ = false;             ///< else what closes them stays at 0
    double loop_share_ = 1.0 / 16;        ///< of the aims, for what closes loops
    std::vector<at::Tensor> parameters_;  ///< the network's own, changed in place
    std::vector<at::Tensor> drawn_;       ///< as they were before any fit, free kernels with the sign they were given
};

}  // namespace cortexpr
