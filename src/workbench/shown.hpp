#pragma once
// Chosen examples of a set or a tensor, some at a time, and the perturbations that reach them.

#include <cortexpr/data/labelled_images.hpp>
#include <cortexpr/module/trainable.hpp>
#include <cortexpr/run/perturbation.hpp>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace cortexpr::workbench {

/// Where examples come from. What it is made of must outlive it.
class shown_examples {
  public:
    /// All, or those of these numbers. \throws usage_error  the set has no such example
    shown_examples(const data::labelled_images& set, const std::vector<int>& numbers);
    shown_examples(const at::Tensor& inputs, const std::vector<int>& numbers);

    std::int64_t count() const { return static_cast<std::int64_t>(numbers_.size()); }
    const std::vector<std::uint32_t>& numbers() const { return numbers_; }
    const std::string& source() const { return source_; }
    /// Steps of sequences; none for still images.
    std::optional<int> frames() const { return frames_; }
    bool has_labels() const { return set_ != nullptr && !set_->has_targets(); }
    bool has_targets() const { return set_ != nullptr && set_->has_targets(); }

    /// Inputs of a network's device and type, (count, ...), and their labels, or targets (count, targets).
    at::Tensor inputs(std::int64_t first, std::int64_t count, const trainable& network) const;
    at::Tensor labels(std::int64_t first, std::int64_t count) const;
    at::Tensor targets(std::int64_t first, std::int64_t count) const;

    /// \throws usage_error  a perturbation names an image that isn't shown
    void require_shown(const std::vector<perturbation>& all) const;
    /// Perturbations that name images by their number, as those of a part of them: without those that reach none of it,
    /// but for noise, of amount 0 there.
    std::vector<perturbation> within(const std::vector<perturbation>& all, std::int64_t first,
                                     std::int64_t count) const;

    /// Calls `show(first, count)` for `batch` examples at a time, and then `progress` with how many were shown.
    /// \throws usage_error  batches of nothing
    void by_batch(int batch, const std::function<void(std::int64_t done, std::int64_t all)>& progress,
                  const std::function<void(std::int64_t first, std::int64_t count)>& show) const;

  private:
    void choose(std::int64_t there, const std::vector<int>& numbers);

    const data::labelled_images* set_ = nullptr;
    at::Tensor inputs_;
    std::vector<std::uint32_t> numbers_;
    std::string source_;
    std::optional<int> frames_;
};

}  // namespace cortexpr::workbench
