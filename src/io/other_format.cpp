#include "other_format.hpp"

#include "input_file.hpp"
#include "safetensors_header.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <system_error>

namespace cortexpr::io {

namespace {

struct format_start {
    std::string_view bytes, name;
};

constexpr std::array known_starts{format_start{"\x89HDF", "an HDF5 file, as recordings are"},
                                  format_start{"{", "a JSON text, as describe writes"},
                                  format_start{"\x89PNG", "a PNG image"},
                                  format_start{"\xFF\xD8\xFF", "a JPEG image"},
                                  format_start{"GIF8", "a GIF image"},
                                  format_start{"ARROW1", "an Arrow file"},
                                  format_start{"PAR1", "a Parquet file"}};

constexpr char last_protocol = 5;  // of pickle; those before 2 have no mark

/// How PyTorch before 1.6 began its files, for which refuse_old_pytorch has more words.
constexpr std::string_view old_pytorch = "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46";

bool is_pickle(std::string_view start) {
    return start != old_pytorch && start[0] == '\x80' && start[1] >= 2 && start[1] <= last_protocol;
}

bool is_idx(std::string_view start) {
    constexpr std::string_view types = "\x08\x09\x0B\x0C\x0D\x0E";
    return start[0] == 0 && start[1] == 0 && types.find(start[2]) != std::string_view::npos && start[3] >= 1 &&
           start[3] <= 4;
}

bool is_text(std::string_view start) {
    return std::ranges::all_of(
        start, [](char one) { return (one >= ' ' && one <= '~') || one == '\n' || one == '\r' || one == '\t'; });
}

}  // namespace

std::string_view other_format(std::span<const std::byte> start) {
    constexpr std::size_t length_bytes = 8;
    if (start.size() < length_bytes) return {};
    const auto first = start.first(length_bytes);
    std::uint64_t length = 0;
    for (std::size_t i = length_bytes; i-- > 0;) length = length << 8U | std::to_integer<std::uint64_t>(first[i]);
    if (length <= largest_header) return {};
    const std::string_view bytes(reinterpret_cast<const char*>(first.data()), first.size());
    const auto* found =
        std::ranges::find_if(known_starts, [&](const format_start& one) { return bytes.starts_with(one.bytes); });
    if (found != known_starts.end()) return found->name;
    if (is_pickle(bytes)) return "a pickle of Python";
    if (is_idx(bytes)) return "an IDX file, as MNIST's images and labels are";
    return is_text(bytes) ? "a text" : std::string_view();
}

std::string_view other_format_of(const std::filesystem::path& file) {
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(file, ignored)) return {};
    std::array<std::byte, 8> start{};
    const auto read = input_file(file).read(start);
    return other_format(std::span(start).first(read));
}

void refuse_old_pytorch(const input_file& file, std::string_view start) {
    if (start.starts_with(old_pytorch))
        file.refuse(
            "is a file of PyTorch before 1.6, or in its format; load it with PyTorch and save it again with "
            "torch.save");
}

void refuse_old_pytorch(const std::filesystem::path& file) {
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(file, ignored)) return;
    std::array<char, old_pytorch.size()> start{};
    input_file given(file);
    const auto read = given.read(std::as_writable_bytes(std::span(start)));
    refuse_old_pytorch(given, std::string_view(start.data(), read));
}

}  // namespace cortexpr::io
