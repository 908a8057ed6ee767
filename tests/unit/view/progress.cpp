#include "catch.hpp"

#include <cmath>
#include <cortexpr/view/progress.hpp>
#include <cortexpr/view/table.hpp>
#include <cstdio>
#include <limits>
#include <memory>

#include "temp_folder.hpp"

namespace view_progress_test {

using namespace cortexpr;
using view::progress;

namespace {

// A stream to read back, and a clock to set.
class stage {
  public:
    explicit stage(int width) : stream_(std::tmpfile(), &std::fclose) {
        REQUIRE(stream_ != nullptr);
        settings.stream = stream_.get();
        settings.width = width;
        settings.clock = [this] { return now; };
    }

    std::string shown() const {
        std::fflush(stream_.get());
        std::rewind(stream_.get());
        std::string text;
        for (int symbol = std::fgetc(stream_.get()); symbol != EOF; symbol = std::fgetc(stream_.get())) {
            text += static_cast<char>(symbol);
        }
        return text;
    }

    /// What a terminal shows after all that was written: the lines, the last one being that of the cursor.
    std::vector<std::string> screen() const {
        std::vector<std::string> lines(1);
        const std::string text = shown();
        for (std::size_t place = 0; place < text.size(); ++place) {
            if (text[place] == '\n') {
                lines.emplace_back();
            } else if (text[place] == '\r') {
                REQUIRE(text.find("\x1b[K", place) != std::string::npos);  // every redraw clears what was longer
                lines.back().clear();
            } else if (text.compare(place, 3, "\x1b[K") == 0) {
                place += 2;
            } else {
                lines.back() += text[place];
            }
        }
        return lines;
    }

    view::progress_settings settings;
    double now = 100.0;

  private:
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> stream_;
};

void run(progress& bar, stage& at, int steps, double seconds_each) {
    for (int step = 0; step < steps; ++step) {
        at.now += seconds_each;
        bar.advance(256, "loss 0.512  accuracy 84.1 %");
    }
}

}  // namespace

TEST_CASE("a terminal shows one line that is redrawn") {
    stage at(110);
    progress bar(at.settings);
    bar.begin("epoch 3/10", 235);
    CHECK(at.screen() == std::vector<std::string>{"epoch 3/10    0%|" + std::string(24, ' ') + "| 0/235  ETA --:--"});
    run(bar, at, 146, 0.125);
    CHECK(bar.rate() == Approx(2048));
    const std::string expected =
        "epoch 3/10   62%|###############         | 146/235  loss 0.512  accuracy 84.1 %  2048 images/s  ETA 00:11";
    CHECK(at.screen() == std::vector<std::string>{expected});
    run(bar, at, 89, 0.125);
    bar.end("loss 0.400  accuracy 90.0 %");
    CHECK(
        at.screen() ==
        std::vector<std::string>{
            "epoch 3/10  100%|########################| 235/235  loss 0.400  accuracy 90.0 %  2048 images/s  in 00:29",
            ""});
}

TEST_CASE("a terminal is redrawn no more often than asked") {
    stage at(100);
    progress bar(at.settings);
    bar.begin("epoch", 1000);
    const auto before = at.shown().size();
    run(bar, at, 99, 0.001);
    CHECK(at.shown().size() == before);
    run(bar, at, 2, 0.001);
    CHECK(at.shown().size() > before);
}

TEST_CASE("no line is wider than the terminal") {
    for (int width = 1; width < 130; ++width) {
        stage at(width);
        progress bar(at.settings);
        bar.begin("époque 3/10", 235);
        run(bar, at, 146, 0.1);
        bar.end();
        for (const std::string& line : at.screen()) CHECK(view::text_width(line) < static_cast<std::size_t>(width));
    }
}

TEST_CASE("a line of its own goes above the bar") {
    stage at(100);
    progress bar(at.settings);
    bar.begin("epoch", 10);
    run(bar, at, 1, 1.0);
    bar.say("saved model.safetensors");
    REQUIRE(at.screen().size() == 2);
    CHECK(at.screen()[0] == "saved model.safetensors");
    CHECK(at.screen()[1].starts_with("epoch   10%|"));
}

TEST_CASE("an abandoned bar leaves the cursor at the start of a line") {
    stage at(100);
    {
        progress bar(at.settings);
        bar.begin("epoch", 10);
    }
    CHECK(at.shown().back() == '\n');
}

TEST_CASE("anything but a terminal gets plain lines, every so many steps and at the end") {
    stage at(0);
    at.settings.plain_every = 100;
    progress bar(at.settings);
    bar.begin("epoch 1/10", 235);
    run(bar, at, 235, 0.125);
    bar.end();
    CHECK(at.shown() ==
          "epoch 1/10  100/235  loss 0.512  accuracy 84.1 %  2048 images/s  ETA 00:17\n"
          "epoch 1/10  200/235  loss 0.512  accuracy 84.1 %  2048 images/s  ETA 00:04\n"
          "epoch 1/10  235/235  loss 0.512  accuracy 84.1 %  2048 images/s  in 00:29\n");
}

TEST_CASE("plain lines: one per stage when asked, none twice at the end, none after it") {
    stage at(0);
    at.settings.plain_every = 0;
    at.settings.unit = "samples";
    progress bar(at.settings);
    bar.begin("test", 100);
    run(bar, at, 100, 1000.0);
    bar.end();
    bar.end();
    bar.advance(1);
    bar.say("done");
    CHECK(at.shown() == "test  100/100  loss 0.512  accuracy 84.1 %  0.26 samples/s  in 27:46:40\ndone\n");

    stage again(0);
    again.settings.plain_every = 5;
    progress other(again.settings);
    other.begin("test", 10);
    run(other, again, 10, 1.0);
    other.end();
    const std::string text = again.shown();
    CHECK(std::count(text.begin(), text.end(), '\n') == 2);
}

TEST_CASE("a file is not a terminal") {
    stage at(0);
    CHECK(view::terminal_width(at.settings.stream) == 0);
    const double before = view::monotonic_seconds();
    CHECK(view::monotonic_seconds() >= before);
}

TEST_CASE("durations read like a clock") {
    CHECK(view::clock_text(0.0) == "00:00");
    CHECK(view::clock_text(31.4) == "00:31");
    CHECK(view::clock_text(59.6) == "01:00");
    CHECK(view::clock_text(725.0) == "12:05");
    CHECK(view::clock_text(3723.0) == "1:02:03");
    CHECK(view::clock_text(-1.0) == "--:--");
    CHECK(view::clock_text(NAN) == "--:--");
    CHECK(view::clock_text(std::numeric_limits<double>::infinity()) == "--:--");
    CHECK(view::clock_text(1e30) == "--:--");
}

}  // namespace view_progress_test
