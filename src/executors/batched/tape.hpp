#pragma once
// What a run computes, written down for the backward pass: each value takes in the adjoints that its readers send,
// each operation stands beside its own adjoint. All of it is one node of LibTorch's autograd graph.

#include "../../interruption.hpp"
#include "pointwise.hpp"

#include <ATen/core/Tensor.h>

#include <functional>
#include <memory>
#include <ranges>
#include <vector>

namespace cortexpr::executors::batched {

/// A value of the run, and the adjoints that have arrived at it. Maps are (B, C, H, W), channels last in memory.
class cell {
  public:
    cell(at::Tensor value, bool needs_grad) : value_(std::move(value)), needs_grad_(needs_grad) {}

    const at::Tensor& value() const { return value_; }
    /// Whether its adjoint is needed.
    bool needs_grad() const { return needs_grad_; }
    /// Takes in the adjoint of a part: of images and channels from these on, as many as it has. It isn't changed.
    void receive(const at::Tensor& adjoint, std::int64_t first_image = 0, std::int64_t first_channel = 0);
    /// The sum of what has arrived, with zeros where nothing has; undefined if nothing has at all. Forgets it.
    at::Tensor take_adjoint();

    struct part {
        at::Tensor adjoint;
        std::int64_t first_image = 0, first_channel = 0;
    };

  private:
    at::Tensor value_;
    bool needs_grad_;
    std::vector<part> arrived_;
};
using variable = std::shared_ptr<cell>;

/// Some images and channels of a value; without a value, zeros.
struct slice {
    variable of{};
    std::int64_t first_image = 0, images = 0;
    channels which{};

    slice() = default;
    slice(const variable& whole);
    slice(variable whole, std::int64_t from_image, std::int64_t image_count, channels part)
        : of(std::move(whole)), first_image(from_image), images(image_count), which(part) {}

    explicit operator bool() const { return of != nullptr; }
    bool needs_grad() const { return of != nullptr && of->needs_grad(); }
    at::Tensor value() const;
    void receive(const at::Tensor& adjoint) const { of->receive(adjoint, first_image, which.first); }
    /// Channels counted from the slice's first one.
    slice narrowed(channels part) const { return {of, first_image, images, {which.first + part.first, part.count}}; }
    slice of_images(std::int64_t from, std::int64_t count) const { return {of, first_image + from, count, which}; }
};

/// Operations in the order in which they were done.
class tape {
  public:
    explicit tape(bool is_recording) : is_recording_(is_recording) {}

    bool is_recording() const { return is_recording_; }
    variable made(at::Tensor value, bool needs_grad) const {
        return std::make_shared<cell>(std::move(value), is_recording_ && needs_grad);
    }
    /// What is to be done in the backward pass, before what was recorded earlier.
    void on_backward(std::function<void()> work) {
        if (is_recording_) work_.push_back(std::move(work));
    }
    /// May be called more than once.
    void run_backward() const {
        for (const auto& work : std::views::reverse(work_)) {
            interruption::look();
            work();
        }
    }

  private:
    bool is_recording_;
    std::vector<std::function<void()>> work_;
};

/// Tensors of one shape, one after another along the batch: without copying where they lie so in memory.
at::Tensor joined(const std::vector<at::Tensor>& tensors);

/// A map in that order in memory, as it is if it lies so; what is no map is left alone.
at::Tensor channels_last(const at::Tensor& map);

/// An uninitialised map, channels last.
at::Tensor new_map(at::IntArrayRef sizes, const at::TensorOptions& options);

/// Memory of a map at successive steps, of the same channels at each, so that `joined` costs nothing.
class step_memory {
  public:
    /// `is_shared`: all steps lie in one tensor; else each has its own, which is freed with its last reader.
    step_memory(std::vector<std::int64_t> sizes_of_one, at::TensorOptions options, int steps, bool is_shared)
        : sizes_(std::move(sizes_of_one)), options_(options), steps_(steps), is_shared_(is_shared && steps > 1) {}
    at::Tensor at(int step);
    /// The next map is in new memory.
    void forget() { whole_.reset(); }

  private:
    std::vector<std::int64_t> sizes_;
    at::TensorOptions options_;
    int steps_;
    bool is_shared_;
    at::Tensor whole_;
};

}  // namespace cortexpr::executors::batched
