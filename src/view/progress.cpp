#include <cortexpr/view/progress.hpp>

#include "../utf_8.hpp"

#include <cortexpr/view/table.hpp>

#include <fmt/format.h>

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <string_view>
#include <utility>

namespace cortexpr::view {

namespace {

constexpr int default_width = 80;  // of a terminal that reports none
constexpr int widest_bar = 24;
constexpr int narrowest_bar = 6;

// At most `width` code points of a text, cut from the end.
std::string cut(const std::string& text, std::size_t width) {
    if (text_width(text) <= width) return text;
    std::size_t bytes = 0;
    for (std::size_t count = 0; bytes < text.size(); ++bytes) {
        if (!continues_point(text[bytes]) && count++ == width) break;
    }
    return text.substr(0, bytes);
}

std::string rate_text(double rate, const std::string& unit) {
    return rate < 10.0 ? fmt::format("{:.2f} {}/s", rate, unit) : fmt::format("{:.0f} {}/s", rate, unit);
}

}  // namespace

int terminal_width(std::FILE* stream) noexcept {
    const int descriptor = ::fileno(stream);
    if (descriptor < 0 || ::isatty(descriptor) == 0) return 0;
    if (const char* terminal = std::getenv("TERM"); terminal != nullptr && std::string_view(terminal) == "dumb")
        return 0;
    winsize size{};
    if (::ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return default_width;
    return size.ws_col;
}

double monotonic_seconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::string clock_text(double seconds) {
    constexpr double longest = 360'000'000.0;
    if (!std::isfinite(seconds) || seconds < 0.0 || seconds > longest) return "--:--";
    const auto whole = static_cast<std::int64_t>(std::llround(seconds));
    const auto hours = whole / 3600;
    if (hours > 0) return fmt::format("{}:{:02}:{:02}", hours, whole / 60 % 60, whole % 60);
    return fmt::format("{:02}:{:02}", whole / 60, whole % 60);
}

progress::progress(progress_settings settings) : settings_(std::move(settings)) {}

progress::~progress() {
    if (!visible_) return;
    std::fputc('\n', settings_.stream);
    std::fflush(settings_.stream);
}

void progress::begin(std::string label, std::int64_t steps, std::optional<double> since) {
    clear();
    label_ = std::move(label);
    detail_.clear();
    steps_ = std::max<std::int64_t>(steps, 0);
    done_ = 0;
    units_ = 0;
    latest_ = drawn_ = settings_.clock();
    started_ = since.value_or(latest_);
    running_ = true;
    if (settings_.width > 0) draw(false);
}

void progress::advance(std::int64_t units, std::string_view detail) {
    if (!running_) return;
    ++done_;
    units_ += units;
    latest_ = settings_.clock();
    if (!detail.empty()) detail_ = detail;
    if (settings_.width > 0) {
        // The last step is drawn by end(), so a finished bar is never seen below 100 %.
        if (latest_ - drawn_ >= settings_.redraw_seconds) draw(false);
    } else if (settings_.plain_every > 0 && done_ % settings_.plain_every == 0 && done_ != steps_) {
        draw(false);
    }
}

void progress::end(std::string_view detail) {
    if (!running_) return;
    if (!detail.empty()) detail_ = detail;
    latest_ = settings_.clock();
    draw(true);
    running_ = false;
}

void progress::say(std::string_view line) {
    clear();
    std::fwrite(line.data(), 1, line.size(), settings_.stream);
    std::fputc('\n', settings_.stream);
    if (running_ && settings_.width > 0) draw(false);
    std::fflush(settings_.stream);
}

double progress::rate() const {
    const double elapsed = latest_ - started_;
    return elapsed > 0.0 ? static_cast<double>(units_) / elapsed : 0.0;
}

std::string progress::line(bool last) const {
    const double fraction = steps_ > 0 ? std::min(1.0, static_cast<double>(done_) / static_cast<double>(steps_)) : 1.0;
    const double elapsed = latest_ - started_;
    const std::string head = label_ + (label_.empty() ? "" : "  ");
    const std::string count = steps_ > 0 ? fmt::format("{}/{}", done_, steps_) : fmt::format("{}", done_);
    std::string tail = count;
    if (!detail_.empty()) tail += "  " + detail_;
    if (units_ > 0) tail += "  " + rate_text(rate(), settings_.unit);
    const double rest = done_ > 0 ? elapsed / static_cast<double>(done_) * static_cast<double>(steps_ - done_) : NAN;
    tail += last ? "  in " + clock_text(elapsed) : steps_ > 0 ? "  ETA " + clock_text(rest) : "";
    if (settings_.width <= 0) return head + tail;

    // The bar takes what the text leaves; a line as wide as the terminal would wrap on some.
    const int room = settings_.width - 1;
    const std::string percent = fmt::format("{:3.0f}%", std::floor(fraction * 100.0));
    const int fixed = static_cast<int>(text_width(head) + text_width(tail) + text_width(percent)) + 3;
    const int bar = std::min(widest_bar, room - fixed);
    if (steps_ == 0 || bar < narrowest_bar) return cut(head + percent + "  " + tail, static_cast<std::size_t>(room));
    const auto filled = static_cast<std::size_t>(std::lround(fraction * bar));
    return head + percent + '|' + std::string(filled, '#') + std::string(static_cast<std::size_t>(bar) - filled, ' ') +
           "| " + tail;
}

void progress::draw(bool last) {
    const std::string text = line(last);
    if (settings_.width > 0) {
        // "\r" goes to the start of the line, "\x1b[K" clears what a longer line before has left.
        std::fputs(fmt::format("\r{}\x1b[K{}", text, last ? "\n" : "").c_str(), settings_.stream);
        visible_ = !last;
        drawn_ = latest_;
    } else {
        std::fputs((text + '\n').c_str(), settings_.stream);
    }
    std::fflush(settings_.stream);
}

void progress::clear() {
    if (!visible_) return;
    std::fputs("\r\x1b[K", settings_.stream);
    visible_ = false;
}

}  // namespace cortexpr::view
