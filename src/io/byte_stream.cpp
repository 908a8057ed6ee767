#include "byte_stream.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace cortexpr::io {

byte_stream::byte_stream(const std::filesystem::path& path) : file_(path) {
    refill();
    zipped_ = begins_member();
    constexpr int gzip_window = 15 + 16;
    if (zipped_ && ::inflateInit2(&inflater_, gzip_window) != Z_OK)
        file_.refuse("cannot be inflated (no memory for zlib)");
}

byte_stream::~byte_stream() {
    if (zipped_) ::inflateEnd(&inflater_);
}

std::size_t byte_stream::read(std::span<std::uint8_t> out) { return zipped_ ? inflate_into(out) : copy_into(out); }

bool byte_stream::begins_member() const {
    return available_ - next_ >= gzip_magic.size() &&
           std::memcmp(buffer_.data() + next_, gzip_magic.data(), gzip_magic.size()) == 0;
}

/// Reads on behind what isn't used yet.
void byte_stream::refill() {
    std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(next_),
              buffer_.begin() + static_cast<std::ptrdiff_t>(available_), buffer_.begin());
    available_ -= next_;
    next_ = 0;
    const auto got = file_.read(std::span(buffer_).subspan(available_));
    available_ += got;
    consumed_ += got;
}

std::size_t byte_stream::copy_into(std::span<std::uint8_t> out) {
    std::size_t filled = 0;
    while (filled < out.size()) {
        if (next_ == available_) refill();
        if (available_ == 0) break;
        const auto step = std::min(out.size() - filled, available_ - next_);
        std::memcpy(out.data() + filled, buffer_.data() + next_, step);
        filled += step;
        next_ += step;
    }
    return filled;
}

std::size_t byte_stream::inflate_into(std::span<std::uint8_t> out) {
    std::size_t filled = 0;
    while (filled < out.size() && !ended_) {
        if (next_ == available_) refill();
        if (available_ == 0)
            file_.refuse(
                fmt::format("is cut short: its gzip stream ends after {} bytes of content", inflated_ + filled));
        constexpr std::size_t largest_step = std::size_t{1} << 30;
        const std::size_t step = std::min(out.size() - filled, largest_step);
        inflater_.next_in = reinterpret_cast<Bytef*>(buffer_.data() + next_);
        inflater_.avail_in = static_cast<uInt>(available_ - next_);
        inflater_.next_out = out.data() + filled;
        inflater_.avail_out = static_cast<uInt>(step);
        const int result = ::inflate(&inflater_, Z_NO_FLUSH);
        next_ = available_ - inflater_.avail_in;
        filled += step - inflater_.avail_out;
        if (result == Z_STREAM_END) {
            begin_next_member();
        } else if (result != Z_OK && result != Z_BUF_ERROR) {
            const char* reason = inflater_.msg != nullptr ? inflater_.msg : "no memory";
            file_.refuse(fmt::format("is corrupt: its gzip stream does not unpack ({})", reason));
        }
    }
    inflated_ += filled;
    return filled;
}

void byte_stream::begin_next_member() {
    if (available_ - next_ < gzip_magic.size()) refill();
    if (begins_member()) {
        ::inflateReset(&inflater_);
    } else {
        skip_padding();
        ended_ = true;
    }
}

void byte_stream::skip_padding() {
    const std::uint64_t rest = file_.size() - consumed_ + (available_ - next_);
    while (next_ < available_) {
        if (buffer_[next_++] != std::byte{0})
            file_.refuse(
                fmt::format("holds {} bytes after the end of its gzip stream that are neither another member "
                            "nor zeros; cut them off",
                            rest));
        if (next_ == available_) refill();
    }
}

}  // namespace cortexpr::io
