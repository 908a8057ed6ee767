#include <cortexpr/workbench/movie.hpp>

#include "../ending.hpp"
#include "recorded_rates.hpp"

#include <cortexpr/io/atomic_file.hpp>
#include <cortexpr/view/maps.hpp>
#include <cortexpr/workbench/picture.hpp>

#include <fmt/format.h>
#include <gif_lib.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

namespace cortexpr::workbench {

namespace {

constexpr int colours = 256, greys = 32;  // of a GIF; the others are those of the maps
constexpr double pixels_an_inch = 192;
constexpr int panels_in_a_row = 8;

/// The colours of a frame: the scale of the maps, and greys for words and lines.
class palette {
  public:
    explicit palette(view::colour_scale scale) : nearest_(std::size_t{1} << 15U, -1) {
        for (int i = 0; i < colours - greys; ++i)
            entries_.push_back(view::colour_at(static_cast<double>(i) / (colours - greys - 1), scale));
        for (int i = 0; i < greys; ++i) {
            const auto shade = static_cast<std::uint8_t>(255 * i / (greys - 1));
            entries_.push_back({shade, shade, shade});
        }
    }

    std::vector<::GifColorType> table() const {
        std::vector<::GifColorType> all;
        for (const auto& [red, green, blue] : entries_) all.push_back({red, green, blue});
        return all;
    }

    ::GifPixelType index_of(const std::uint8_t* pixel) {
        // Colours that agree in 5 bits each have one entry.
        auto& known = nearest_[static_cast<std::size_t>(pixel[0] >> 3U << 10U | pixel[1] >> 3U << 5U | pixel[2] >> 3U)];
        if (known >= 0) return static_cast<::GifPixelType>(known);
        const auto distance = [pixel](const std::array<std::uint8_t, 3>& entry) {
            int sum = 0;
            for (std::size_t i = 0; i < entry.size(); ++i) sum += (entry[i] - pixel[i]) * (entry[i] - pixel[i]);
            return sum;
        };
        known = static_cast<int>(std::ranges::min_element(entries_, {}, distance) - entries_.begin());
        return static_cast<::GifPixelType>(known);
    }

  private:
    std::vector<std::array<std::uint8_t, 3>> entries_;
    std::vector<int> nearest_;
};

/// A GIF that repeats, in memory.
class gif {
  public:
    gif(int width, int height, palette colours_of, int hundredths, std::string name)
        : palette_(std::move(colours_of)),
          width_(width),
          height_(height),
          hundredths_(hundredths),
          name_(std::move(name)) {
        int fault = 0;
        file_.reset(::EGifOpen(this, append, &fault));
        if (file_ == nullptr) fail();
        ::EGifSetGifVersion(file_.get(), true);
        const auto table = palette_.table();
        auto* map = ::GifMakeMapObject(colours, table.data());
        const int described = ::EGifPutScreenDesc(file_.get(), width, height, 8, 0, map);
        ::GifFreeMapObject(map);
        constexpr std::array<unsigned char, 3> for_ever{1, 0, 0};
        require(described != GIF_ERROR &&
                ::EGifPutExtensionLeader(file_.get(), APPLICATION_EXT_FUNC_CODE) != GIF_ERROR &&
                ::EGifPutExtensionBlock(file_.get(), 11, "NETSCAPE2.0") != GIF_ERROR &&
                ::EGifPutExtensionBlock(file_.get(), for_ever.size(), for_ever.data()) != GIF_ERROR &&
                ::EGifPutExtensionTrailer(file_.get()) != GIF_ERROR);
    }
    gif(const gif&) = delete;  // giflib has its address
    gif& operator=(const gif&) = delete;
    ~gif() = default;

    void add(const pixels& frame) {
        const std::array<unsigned char, 4> control{0, static_cast<unsigned char>(hundredths_ & 255),
                                                   static_cast<unsigned char>(hundredths_ >> 8), 0};
        require(::EGifPutExtension(file_.get(), GRAPHICS_EXT_FUNC_CODE, control.size(), control.data()) != GIF_ERROR &&
                ::EGifPutImageDesc(file_.get(), 0, 0, width_, height_, false, nullptr) != GIF_ERROR);
        std::vector<::GifPixelType> line(static_cast<std::size_t>(width_));
        const auto* next = frame.values.data();
        for (int row = 0; row < height_; ++row) {
            for (auto& pixel : line) {
                pixel = palette_.index_of(next);
                next += 3;
            }
            require(::EGifPutLine(file_.get(), line.data(), width_) != GIF_ERROR);
        }
    }

    std::string bytes() && {
        int fault = 0;
        require(::EGifCloseFile(file_.release(), &fault) != GIF_ERROR);
        return std::move(bytes_);
    }

  private:
    struct closer {
        void operator()(::GifFileType* file) const {
            int ignored = 0;
            ::EGifCloseFile(file, &ignored);
        }
    };

    static int append(::GifFileType* file, const ::GifByteType* bytes, int count) {
        try {
            static_cast<gif*>(file->UserData)
                ->bytes_.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(count));
        } catch (...) {  // through giflib, which is C
            return -1;
        }
        return count;
    }
    void require(bool is_done) const {
        if (!is_done) fail();
    }
    [[noreturn]] void fail() const { throw file_error(name_, "can't be drawn: giflib takes no more frames"); }

    palette palette_;
    int width_, height_, hundredths_;
    std::string name_;
    std::string bytes_;  // closing the file writes its end here
    std::unique_ptr<::GifFileType, closer> file_;
};

view::map_picture frame_of(const std::vector<recorded_rates>& arrays, int step, const movie_options& options) {
    view::map_picture picture{
        .title = fmt::format("step {}", step), .value_label = "rate", .panels = {}, .across = panels_in_a_row};
    for (const auto& one : arrays) {
        const auto count = std::min<std::int64_t>(options.most_panels, one.values.size(1));
        const auto at = step - one.first_step;
        const bool is_there = at >= 0 && at < one.values.size(0);
        for (std::int64_t subtype = 0; subtype < count; ++subtype) {
            const auto title = count < one.values.size(1)
                                   ? fmt::format("{} (subtypes 0 to {} of {})", one.name, count - 1, one.values.size(1))
                                   : one.name;
            if (subtype % panels_in_a_row == 0) picture.row_titles.push_back(subtype == 0 ? title : "");
            view::map_panel panel{.label = {},
                                  .rows = static_cast<int>(one.values.size(2)),
                                  .columns = static_cast<int>(one.values.size(3)),
                                  .values = {}};
            if (is_there) {
                const auto map = one.values[at][subtype].contiguous();
                panel.values.assign(map.const_data_ptr<double>(), map.const_data_ptr<double>() + map.numel());
            } else {
                panel.values.assign(static_cast<std::size_t>(panel.rows) * static_cast<std::size_t>(panel.columns),
                                    std::nan(""));
            }
            picture.panels.push_back(std::move(panel));
        }
        // The next array begins a row of its own.
        while (picture.panels.size() % panels_in_a_row != 0) picture.panels.push_back({});
    }
    return picture;
}

}  // namespace

void write_movie(const recording_file& recording, const std::filesystem::path& file, const movie_options& options) {
    constexpr double longest = 655;
    if (ending_of(file) != ".gif")
        throw usage_error(fmt::format("{} has no name of a movie; end it in .gif", file.string()));
    if (!(options.seconds_a_step >= 0.01 && options.seconds_a_step <= longest) || options.most_panels < 1)
        throw usage_error(fmt::format("a movie shows one panel or more, each step for 0.01 to {} seconds", longest));
    std::vector<recorded_rates> arrays;
    for_each_map(recording, options.image ? *options.image : first_image(recording), [&](const recorded_rates& one) {
        arrays.push_back({one.name, one.first_step, one.values.clone()});  // not the other images' values
    });
    int first = arrays.front().first_step, last = first;
    double low = 0, high = 0;
    for (const auto& one : arrays) {
        first = std::min(first, one.first_step);
        last = std::max(last, one.first_step + static_cast<int>(one.values.size(0)) - 1);
        low = std::min(low, one.values.min().item<double>());
        high = std::max(high, one.values.max().item<double>());
    }
    const auto scale = low < 0 ? view::colour_scale::around_zero : view::colour_scale::viridis;
    const auto frame_at = [&](int step) {
        auto picture = frame_of(arrays, step, options);
        picture.range = {low, high};
        picture.scale = scale;
        return drawn(view::to_svg(picture), pixels_an_inch);
    };
    const auto begin = frame_at(first);
    gif movie(begin.width, begin.height, palette(scale), static_cast<int>(std::lround(100 * options.seconds_a_step)),
              file.string());
    movie.add(begin);
    for (int step = first + 1; step <= last; ++step) movie.add(frame_at(step));
    io::write_file(file, std::move(movie).bytes());
}

}  // namespace cortexpr::workbench
