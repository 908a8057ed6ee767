#include <fmt/format.h>
#include <zlib.h>

#include <array>
#include <cortexpr/data/idx.hpp>
#include <span>
#include <string>

#include "../io/input_file.hpp"

namespace cortexpr::data {

namespace {

// Deflate's best: a run of 258 bytes in two bits. More than this cannot come out of a gzip file.
constexpr std::uint64_t largest_gzip_ratio = 1032;

// The bytes of a file, inflated if it is a gzip stream.
class byte_stream {
  public:
    explicit byte_stream(const std::filesystem::path& path) : file_(path) {
        refill();
        zipped_ = available_ >= 2 && buffer_[0] == std::byte{0x1F} && buffer_[1] == std::byte{0x8B};
        constexpr int gzip_window = 15 + 16;
        if (zipped_ && ::inflateInit2(&inflater_, gzip_window) != Z_OK) {
            file_.refuse("cannot be inflated (no memory for zlib)");
        }
    }
    byte_stream(const byte_stream&) = delete;
    byte_stream& operator=(const byte_stream&) = delete;
    ~byte_stream() {
        if (zipped_) ::inflateEnd(&inflater_);
    }

    const io::input_file& file() const noexcept { return file_; }
    bool zipped() const noexcept { return zipped_; }

    // Reads until `out` is full or the content ends. The end of a gzip stream is reached only with its checksum right.
    std::size_t read(std::span<std::uint8_t> out) { return zipped_ ? inflate_into(out) : copy_into(out); }

  private:
    void refill() {
        next_ = 0;
        available_ = file_.read(buffer_);
        consumed_ += available_;
    }

    std::size_t copy_into(std::span<std::uint8_t> out) {
        std::size_t filled = 0;
        while (filled < out.size()) {
            if (next_ == available_) refill();
            if (available_ == 0) break;
            while (filled < out.size() && next_ < available_)
                out[filled++] = static_cast<std::uint8_t>(buffer_[next_++]);
        }
        return filled;
    }

    std::size_t inflate_into(std::span<std::uint8_t> out) {
        std::size_t filled = 0;
        while (filled < out.size() && !ended_) {
            if (next_ == available_) refill();
            if (available_ == 0) {
                file_.refuse(
                    fmt::format("is cut short: its gzip stream ends after {} bytes of content", inflated_ + filled));
            }
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
                ended_ = true;
                demand_no_rest();
            } else if (result != Z_OK && result != Z_BUF_ERROR) {
                const char* reason = inflater_.msg != nullptr ? inflater_.msg : "no memory";
                file_.refuse(fmt::format("is corrupt: its gzip stream does not unpack ({})", reason));
            }
        }
        inflated_ += filled;
        return filled;
    }

    void demand_no_rest() {
        const std::uint64_t rest = file_.size() - consumed_ + (available_ - next_);
        if (rest > 0) file_.refuse(fmt::format("holds {} bytes after the end of its gzip stream", rest));
    }

    io::input_file file_;
    std::array<std::byte, 1U << 16U> buffer_{};
    std::size_t next_ = 0;
    std::size_t available_ = 0;
    std::uint64_t consumed_ = 0;  // bytes of the file that have been in the buffer
    std::uint64_t inflated_ = 0;
    bool zipped_ = false;
    bool ended_ = false;
    z_stream inflater_{};
};

struct idx_header {
    std::vector<std::uint32_t> shape;
    std::uint64_t elements = 1;
    std::uint64_t bytes = 0;  // of the header itself
};

const char* element_name(std::uint8_t code) {
    switch (code) {
        case 0x09:
            return "signed bytes";
        case 0x0B:
            return "16-bit integers";
        case 0x0C:
            return "32-bit integers";
        case 0x0D:
            return "32-bit floats";
        case 0x0E:
            return "64-bit floats";
        default:
            return "elements of an unknown type";
    }
}

idx_header read_header(byte_stream& stream, int rank) {
    const io::input_file& file = stream.file();
    std::array<std::uint8_t, 4> magic{};
    if (stream.read(magic) < magic.size())
        file.refuse("is no IDX file: it holds fewer than the 4 bytes that one begins with");
    if (magic[0] != 0 || magic[1] != 0) {
        file.refuse(fmt::format("is no IDX file: it begins with 0x{:02x}{:02x}, two zero bytes were expected", magic[0],
                                magic[1]));
    }
    if (magic[2] != 0x08) {
        file.refuse(
            fmt::format("holds {} (0x{:02x}), unsigned bytes (0x08) were expected", element_name(magic[2]), magic[2]));
    }
    if (magic[3] != rank) {
        file.refuse(fmt::format("has {} axes, {} were expected", magic[3], rank));
    }
    idx_header header;
    for (int axis = 0; axis < rank; ++axis) {
        std::array<std::uint8_t, 4> big_endian{};
        if (stream.read(big_endian) < big_endian.size()) {
            file.refuse(fmt::format("is cut short: it ends within the sizes of its {} axes", rank));
        }
        std::uint32_t size = 0;
        for (const std::uint8_t byte : big_endian) size = size << 8U | byte;
        header.shape.push_back(size);
        if (__builtin_mul_overflow(header.elements, std::uint64_t{size}, &header.elements)) {
            file.refuse(
                fmt::format("announces {} elements or more, which is beyond 64 bits", fmt::join(header.shape, "x")));
        }
    }
    header.bytes = 4 + 4 * header.shape.size();
    return header;
}

void check_size(const byte_stream& stream, const idx_header& header, std::uint64_t limit_bytes) {
    const io::input_file& file = stream.file();
    const std::string announced = fmt::format("{} = {} bytes", fmt::join(header.shape, "x"), header.elements);
    if (header.elements > limit_bytes) {
        file.refuse(fmt::format("announces {}, more than the limit of {}", announced, limit_bytes));
    }
    if (stream.zipped()) {
        if (header.elements / largest_gzip_ratio > file.size()) {
            file.refuse(
                fmt::format("announces {}, more than can come out of a gzip file of {} bytes", announced, file.size()));
        }
    } else if (file.size() - header.bytes != header.elements) {
        const std::uint64_t held = file.size() - header.bytes;
        file.refuse(fmt::format("{}: its header announces {}, it holds {}",
                                held < header.elements ? "is cut short" : "has surplus bytes", announced, held));
    }
}

}  // namespace

idx_array read_idx(const std::filesystem::path& path, int rank, std::uint64_t limit_bytes) {
    if (rank < 1 || rank > 255) throw usage_error(fmt::format("an IDX file has 1 to 255 axes, not {}", rank));
    byte_stream stream(path);
    idx_header header = read_header(stream, rank);
    check_size(stream, header, limit_bytes);

    idx_array array{std::move(header.shape), std::vector<std::uint8_t>(header.elements)};
    const std::size_t found = stream.read(array.bytes);
    if (found < array.bytes.size()) {
        stream.file().refuse(
            fmt::format("is cut short: its header announces {} bytes, it holds {}", header.elements, found));
    }
    std::uint8_t surplus = 0;
    if (stream.read({&surplus, 1}) > 0) {
        stream.file().refuse(fmt::format("holds more than the {} bytes that its header announces", header.elements));
    }
    return array;
}

}  // namespace cortexpr::data
