#include "../../interruption.hpp"
#include "../aten/index_tensor.hpp"
#include "../aten/nonlinearity.hpp"
#include "recurrence.hpp"

#include <ATen/ops/index_select.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/zeros_like.h>

namespace cortexpr::executors {

namespace {

class transparent_recurrence final : public recurrence {
  public:
    transparent_recurrence(std::shared_ptr<const recurrent_circuit> circuit, at::Device device)
        : circuit_(std::move(circuit)),
          presynaptic_(index_tensor(circuit_->presynaptic.unpacked(), device)),
          postsynaptic_(index_tensor(circuit_->postsynaptic.unpacked(), device)),
          signs_(index_tensor(circuit_->signs, device).unsqueeze(1)) {
        for (int type = 0; type < static_cast<int>(circuit_->types.size()); ++type)
            cells_.push_back(index_tensor(circuit_->cells_of(type), device));
    }

    recurrence_states run(const recurrence_inputs& inputs) override {
        const auto signs = signs_.to(inputs.drive.scalar_type());
        const auto weights = inputs.weights.unsqueeze(1);
        auto state = inputs.start.defined() ? inputs.start : at::zeros_like(inputs.drive.select(0, 0));
        std::vector<at::Tensor> states;
        for (int step = 0; step < inputs.steps; ++step) {
            interruption::look();
            const auto arriving = weights * (signs * state).index_select(0, presynaptic_);
            const auto drive = inputs.drive.select(0, inputs.drive.size(0) == 1 ? 0 : step);
            const auto rates = rates_of(drive.index_add(0, postsynaptic_, arriving));
            state = inputs.rates * rates + (1 - inputs.rates) * state;
            if (inputs.all_states) states.push_back(state);
        }
        return {inputs.all_states ? at::stack(states) : at::Tensor(), state};
    }

  private:
    /// f of each type's cells; the slope of rectified rates is 0 at 0.
    at::Tensor rates_of(const at::Tensor& drive) const {
        auto rates = at::zeros_like(drive);
        for (std::size_t type = 0; type < cells_.size(); ++type) {
            const auto& declared = circuit_->types[type];
            auto own = apply(declared.nonlinearity, drive.index_select(0, cells_[type]));
            if (declared.rectified) own = at::relu(own);
            rates = rates.index_copy(0, cells_[type], own);
        }
        return rates;
    }

    std::shared_ptr<const recurrent_circuit> circuit_;
    at::Tensor presynaptic_, postsynaptic_, signs_;
    std::vector<at::Tensor> cells_;  ///< by type
};

}  // namespace

std::shared_ptr<recurrence> make_transparent_recurrence(std::shared_ptr<const recurrent_circuit> circuit,
                                                        at::Device device) {
    return std::make_shared<transparent_recurrence>(std::move(circuit), device);
}

}  // namespace cortexpr::executors
