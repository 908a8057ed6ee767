#pragma once
// What a training run is asked for. No LibTorch here.

#include <cortexpr/compiler.hpp>

#include <cstdint>
#include <optional>

namespace cortexpr {

/// The defaults are those of the reference's tutorial.
struct training_options {
    int epochs = 10;
    int batch_size = 256;
    int steps = 5;                ///< time steps that a still image is shown for; a sequence brings its own
    double learning_rate = 1e-3;  ///< Adam's; each parameter steps with this times its step gain
    std::optional<double> final_learning_rate{};  ///< reached at the last step, along half a cosine; none: no fall
    int warm_up = 50;                             ///< steps over which the learning rate rises to its value; 0 for none
    std::uint64_t seed = 0;
    double averaging = 0.99;      ///< decay of the running mean of the parameters that is tested and kept; 0 for none
    int log_every = 100;          ///< iterations between two interval records; an epoch's last interval may be shorter
    bool loss_all_steps = false;  ///< the loss is that of the answers at all steps, not at the last one only
    bool cuda_graph = false;  ///< on a CUDA device: whole batches are learnt from by replaying one graph; dropout is
                              ///< then drawn there
};

}  // namespace cortexpr
