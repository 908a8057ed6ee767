#pragma once
// How a network is looked at without a trace.

#include "random.hpp"

#include <cortexpr/module/trainable.hpp>

namespace cortexpr {

/// Evaluation mode with known draws; the network's mode and generator are put back at the end of the scope.
class evaluation_mode {
  public:
    explicit evaluation_mode(trainable& network)
        : network_(network),
          generator_(network.generator()),
          draws_(generator_.get_state()),
          training_(network.is_training()) {
        start_generator(generator_, {0});
        network_.eval();
    }
    evaluation_mode(const evaluation_mode&) = delete;
    evaluation_mode& operator=(const evaluation_mode&) = delete;
    ~evaluation_mode() {
        generator_.set_state(draws_);
        network_.train(training_);
    }

  private:
    trainable& network_;
    at::Generator generator_;
    at::Tensor draws_;
    bool training_;
};

}  // namespace cortexpr
