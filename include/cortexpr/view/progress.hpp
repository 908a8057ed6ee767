#pragma once
// A progress bar: one line that is redrawn on a terminal, plain lines anywhere else.
//   epoch 3/10  62%|######    | 146/235  loss 0.512  accuracy 84.1 %  3120 images/s  ETA 00:31

#include <cortexpr/compiler.hpp>

#include <cortexpr/error.hpp>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace cortexpr::view {

/// Columns of the terminal that `stream` writes to; 0 when it is not a terminal.
int terminal_width(std::FILE* stream) noexcept;

/// Seconds of a clock that only moves forward.
double monotonic_seconds();

/// How progress is shown.
struct progress_settings {
    std::FILE* stream = stderr;          ///< where it is shown
    int width = terminal_width(stderr);  ///< columns; 0: plain lines
    std::string unit = "images";         ///< what the rate counts
    std::int64_t plain_every = 100;      ///< plain lines: one every `plain_every` steps; 0: the last one only
    double redraw_seconds = 0.1;         ///< terminal: the least time between two redraws
    std::function<double()> clock = monotonic_seconds;  ///< seconds
};

/// Shows the progress of one stage after another (epochs, evaluations). Not thread-safe.
class progress {
  public:
    /// Shows nothing before the first stage begins.
    explicit progress(progress_settings settings = {});
    progress(const progress&) = delete;
    progress& operator=(const progress&) = delete;
    /// Leaves the cursor at the start of a line.
    ~progress();

    /// Starts a stage of `steps` steps. \param label  what stands first on the line: "epoch 3/10"
    /// \param since  when the stage began, on the clock of the settings, if that was before now
    void begin(std::string label, std::int64_t steps, std::optional<double> since = {});
    /// One step is done, which treated `units` units (images). \param detail  "loss 0.512  accuracy 84.1 %"
    void advance(std::int64_t units, std::string_view detail = {});
    /// Ends the stage: its line stays, complete, with the time it took in place of the ETA.
    /// \param detail  replaces the last one unless empty
    void end(std::string_view detail = {});
    /// Prints a line of its own, above the bar.
    void say(std::string_view line);

    /// Units per second over the stage so far; 0 before the first step.
    double rate() const;

  private:
    std::string line(bool last) const;
    void draw(bool last);
    void clear();

    progress_settings settings_;
    std::string label_;
    std::string detail_;
    std::int64_t steps_ = 0;
    std::int64_t done_ = 0;
    std::int64_t units_ = 0;
    double started_ = 0.0;
    double latest_ = 0.0;  // time of the latest step
    double drawn_ = 0.0;   // time of the latest redraw
    bool running_ = false;
    bool visible_ = false;  // an unfinished line is on the terminal
};

/// "00:31", "12:05", "1:02:03"; "--:--" when not finite or negative.
std::string clock_text(double seconds);

}  // namespace cortexpr::view
