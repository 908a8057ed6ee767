#include "bench/digits.hpp"

#include <cortexpr/module/model.hpp>
#include <cortexpr/train/trainer.hpp>

#include <torch/types.h>

#include <array>
#include <span>
#include <string_view>

using namespace cortexpr;

// BLOCK 1 LINE 1
// BLOCK 1 LINE 2
// BLOCK 1 LINE 3
// BLOCK 1 LINE 4
// BLOCK 1 LINE 5
// BLOCK 1 LINE 6
// BLOCK 1 LINE 7
// BLOCK 1 LINE 8
// BLOCK 1 LINE 9
// BLOCK 1 LINE 10

void learn(const data::labelled_images& images, const data::labelled_images& held_out, const training_options& options,
           training_observer& observer) {
    const auto net = make<Digits>();
    // BLOCK 1 LINE 11
}
