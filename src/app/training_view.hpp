#pragma once
// Training as a person at a terminal, or a log file, sees it; saves as it goes.

#include "run_report.hpp"
#include "score.hpp"

#include <cortexpr/train/trainer.hpp>
#include <cortexpr/view/progress.hpp>

#include <functional>
#include <string>

namespace cortexpr::application {

/// Shows a bar on a terminal, a line for each interval and two for each epoch; grows the curves; calls `save` after
/// each epoch; stops on a signal (see interrupt_guard, which must live as long).
class training_view : public training_observer {
  public:
    using save_function = std::function<void(const training_state&)>;

    /// `unit` is what is counted: "images".
    training_view(int epochs, const std::string& unit, const score& measure, curve_files& curves, save_function save);

    void epoch_begins(int epoch, std::int64_t batches, std::int64_t done) override;
    void step_done(const training_sums& interval, std::int64_t images) override;
    void interval_done(const interval_record& record) override;
    void evaluation_begins() override;
    void epoch_done(const epoch_record& record, const training_state& state) override;
    bool wants_stop() override;

  private:
    int epochs_;
    std::string unit_;
    score measure_;
    curve_files& curves_;
    save_function save_;
    view::progress progress_;
    std::string label_;
    std::int64_t batches_ = 0;
    std::int64_t done_ = 0;
};

}  // namespace cortexpr::application
