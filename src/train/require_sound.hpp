#pragma once
// Whether options and state of a training make sense.

#include <cortexpr/train/trainer.hpp>

namespace cortexpr {

/// One sentence for the first option that is out of range, or for a state of another run, whose epochs have other than
/// `batches` batches. \throws usage_error
void require_sound(const training_options& options, const training_state& state, std::int64_t batches);

}  // namespace cortexpr
