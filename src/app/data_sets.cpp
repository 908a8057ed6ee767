#include "data_sets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace cortexpr::application {

data::labelled_images load_examples(decltype(app_options::make_data) make, const std::string& folder, data::split part,
                                    std::optional<int> limit) {
    auto images = make != nullptr ? make(part) : data::load_mnist(folder, part);
    if (limit && *limit < images.count) {
        images.count = *limit;
        images.pixels.resize(static_cast<std::size_t>(images.count) * images.example_size());
        images.labels.resize(static_cast<std::size_t>(images.count));
    }
    return images;
}

int steps_of(const data::labelled_images& examples, const given_settings& given, int otherwise) {
    const bool is_given = given.has("--steps");
    if (!examples.is_sequence()) return is_given ? given.values.steps : otherwise;
    if (is_given && given.values.steps != examples.frames)
        throw usage_error(fmt::format("{} holds sequences of {} steps, but {} were asked for; leave --steps out",
                                      examples.source, examples.frames, given.values.steps));
    return examples.frames;
}

const char* kind_of(const data::labelled_images& examples) { return examples.is_sequence() ? "sequences" : "images"; }

std::string fingerprint(const data::labelled_images& images) {
    // FNV-1a (Fowler, Noll, Vo), 64 bits.
    std::uint64_t hash = 0xCBF29CE484222325U;
    const auto add = [&](const std::vector<std::uint8_t>& bytes) {
        for (const auto byte : bytes) hash = (hash ^ byte) * 0x100000001B3U;
    };
    const auto add_size = [&](int size) { hash = (hash ^ static_cast<std::uint32_t>(size)) * 0x100000001B3U; };
    for (const int size : {images.count, images.channels, images.height, images.width}) add_size(size);
    if (images.is_sequence()) add_size(images.frames);
    add(images.pixels);
    add(images.labels);
    return fmt::format("{:016x}", hash);
}

}  // namespace cortexpr::application
