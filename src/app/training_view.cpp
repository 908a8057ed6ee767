#include "training_view.hpp"

#include "interrupt.hpp"
#include "numbers.hpp"

#include <utility>

namespace cortexpr::application {

namespace {

/// How well a regressor's batches are fitted, their loss says.
std::string learnt(const training_sums& sums, const score& measure) {
    const auto loss = fmt::format("loss {:.4f}", sums.mean_loss());
    return measure.is_r2 ? loss : fmt::format("{}  accuracy {}", loss, percent(sums.accuracy()));
}

view::progress_settings bar_or_nothing(const std::string& unit) {
    view::progress_settings settings;
    settings.unit = unit;
    settings.plain_every = 0;  // without a terminal the interval lines say it all
    return settings;
}

}  // namespace

training_view::training_view(int epochs, const std::string& unit, const score& measure, curve_files& curves,
                             save_function save)
    : epochs_(epochs),
      unit_(unit),
      measure_(measure),
      curves_(curves),
      save_(std::move(save)),
      progress_(bar_or_nothing(unit)) {}

void training_view::epoch_begins(int epoch, std::int64_t batches, std::int64_t done) {
    batches_ = batches;
    done_ = done;
    label_ = fmt::format("epoch {}/{}", epoch, epochs_);
    progress_.begin(label_, batches - done);
}

void training_view::step_done(const training_sums& interval, std::int64_t images) {
    ++done_;
    progress_.advance(images, learnt(interval, measure_));
}

void training_view::interval_done(const interval_record& record) {
    curves_.add(record);
    if (done_ == batches_) return;  // the epoch's own line comes next
    progress_.say(fmt::format("{}  iteration {}/{}  {}  {:.0f} {}/s", label_, done_, batches_,
                              learnt(record.sums, measure_), record.sums.images_per_second(), unit_));
}

void training_view::evaluation_begins() { progress_.end(); }

void training_view::epoch_done(const epoch_record& record, const training_state& state) {
    curves_.add(record);
    progress_.say(fmt::format("{}  training {};  test loss {:.4f}  {} {}  ({} + {})", label_,
                              learnt(record.train, measure_), record.test_loss, measure_.name,
                              measure_.text(measure_.of(record)), duration(record.train.seconds),
                              duration(record.test_seconds)));
    save_(state);
}

bool training_view::wants_stop() { return interrupt_guard::signal() != 0; }

}  // namespace cortexpr::application
