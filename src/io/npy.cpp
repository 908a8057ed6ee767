#include "npy.hpp"

#include "input_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

namespace cortexpr::io {

namespace {

/// What follows `'key':` in the header's dictionary.
std::optional<std::string_view> value_of(std::string_view dictionary, std::string_view key) {
    const auto mark = fmt::format("'{}':", key);
    const auto found = dictionary.find(mark);
    if (found == std::string_view::npos) return std::nullopt;
    auto rest = dictionary.substr(found + mark.size());
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    return rest;
}

/// The text in quotes that a value begins with; `value` goes on behind it.
std::optional<std::string> take_text(std::string_view& value) {
    if (value.empty() || (value.front() != '\'' && value.front() != '"')) return std::nullopt;
    const auto end = value.find(value.front(), 1);
    if (end == std::string_view::npos) return std::nullopt;
    std::string text(value.substr(1, end - 1));
    value.remove_prefix(end + 1);
    return text;
}

void skip(std::string_view& value, std::string_view symbols) {
    value.remove_prefix(std::min(value.find_first_not_of(symbols), value.size()));
}

/// [('pre', '<i8'), ('post', '<i8')]; empty where it is something else.
std::vector<npy_field> fields_in(std::string_view value) {
    std::vector<npy_field> fields;
    if (!value.starts_with('[')) return fields;
    value.remove_prefix(1);
    while (true) {
        skip(value, " ,");
        if (value.starts_with(']')) return fields;
        if (!value.starts_with('(')) return {};
        value.remove_prefix(1);
        auto name = take_text(value);
        skip(value, " ,");
        auto type = take_text(value);
        skip(value, " ");
        if (!name || !type || !value.starts_with(')')) return {};
        value.remove_prefix(1);
        fields.push_back({std::move(*name), std::move(*type)});
    }
}

std::optional<std::vector<std::uint64_t>> sizes_in(std::string_view value) {
    const auto end = value.find(')');
    if (!value.starts_with('(') || end == std::string_view::npos) return std::nullopt;
    std::vector<std::uint64_t> sizes;
    const char *next = value.data() + 1, *last = value.data() + end;
    while (true) {
        while (next != last && (*next == ' ' || *next == ',')) ++next;
        if (next == last) return sizes;
        std::uint64_t size = 0;
        const auto read = std::from_chars(next, last, size);
        if (read.ec != std::errc()) return std::nullopt;
        sizes.push_back(size);
        next = read.ptr;
        if (next != last && *next == 'L') ++next;  // Python 2's
    }
}

/// The bits of a number, little-endian.
std::uint64_t bits_at(const std::uint8_t* bytes, std::size_t width, bool is_big) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < width; ++i) value = value << 8U | bytes[is_big ? i : width - 1 - i];
    return value;
}

std::int64_t whole_number(std::uint64_t bits, std::size_t width, bool is_signed) {
    const unsigned unused = 64U - 8U * static_cast<unsigned>(width);
    // Shifted up and down again, a negative number fills the bits above it with its sign.
    if (is_signed) return std::bit_cast<std::int64_t>(bits << unused) >> unused;
    return bits > INT64_MAX ? INT64_MAX : static_cast<std::int64_t>(bits);
}

/// IEEE 754's half precision.
double half_number(std::uint64_t bits) {
    const int exponent = static_cast<int>(bits >> 10U & 0x1FU);
    const auto fraction = static_cast<double>(bits & 0x3FFU);
    const double sign = (bits >> 15U) != 0 ? -1.0 : 1.0;
    if (exponent == 31)
        return fraction == 0 ? sign * std::numeric_limits<double>::infinity()
                             : std::numeric_limits<double>::quiet_NaN();
    return sign * (exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(fraction + 1024, exponent - 25));
}

double real_number(std::uint64_t bits, std::size_t width) {
    if (width == 8) return std::bit_cast<double>(bits);
    if (width == 4) return std::bit_cast<float>(static_cast<std::uint32_t>(bits));
    return half_number(bits);
}

template <typename Number, typename Convert>
std::vector<Number> numbers(std::string_view type, std::span<const std::uint8_t> bytes, std::size_t stride,
                            Convert convert) {
    const auto width = npy_width(type).value_or(1);
    const bool is_big = type.front() == '>';
    std::vector<Number> all;
    all.reserve(bytes.size() / stride + 1);
    for (std::size_t first = 0; first + width <= bytes.size(); first += stride)
        all.push_back(convert(bits_at(bytes.data() + first, width, is_big), width));
    return all;
}

}  // namespace

std::optional<std::size_t> npy_width(std::string_view type) {
    if (type.size() != 3 || (type[1] != 'u' && type[1] != 'i' && type[1] != 'f')) return std::nullopt;
    const auto width = static_cast<std::size_t>(type[2] - '0');
    const bool is_known = width == 2 || width == 4 || width == 8 || (width == 1 && type[1] != 'f');
    return is_known ? std::optional(width) : std::nullopt;
}

bool is_npy_integer(std::string_view type) { return npy_width(type) && type[1] != 'f'; }

bool npy_header::is_whole_numbers() const { return is_npy_integer(type); }

std::string npy_header::sizes() const { return shape.empty() ? "()" : fmt::format("{}", fmt::join(shape, "x")); }

std::vector<std::int64_t> npy_whole_numbers(std::string_view type, std::span<const std::uint8_t> bytes,
                                            std::size_t stride) {
    const bool is_signed = type[1] == 'i';
    return numbers<std::int64_t>(type, bytes, stride, [is_signed](std::uint64_t bits, std::size_t width) {
        return whole_number(bits, width, is_signed);
    });
}

std::vector<double> npy_reals(std::string_view type, std::span<const std::uint8_t> bytes, std::size_t stride) {
    const char kind = type[1];
    return numbers<double>(type, bytes, stride, [kind](std::uint64_t bits, std::size_t width) {
        if (kind == 'f') return real_number(bits, width);
        return kind == 'i' ? static_cast<double>(whole_number(bits, width, true)) : static_cast<double>(bits);
    });
}

std::vector<std::uint8_t> in_c_order(std::vector<std::uint8_t> elements, const npy_header& header, std::size_t width) {
    const auto& shape = header.shape;
    if (!header.fortran_order || shape.size() < 2 || elements.empty()) return elements;
    std::vector<std::size_t> stride(shape.size(), width), index(shape.size(), 0);
    for (std::size_t side = 1; side < shape.size(); ++side) stride[side] = stride[side - 1] * shape[side - 1];
    std::vector<std::uint8_t> ordered;
    ordered.reserve(elements.size());
    std::size_t at = 0;
    while (ordered.size() < elements.size()) {
        const auto* const element = elements.data() + at;
        ordered.insert(ordered.end(), element, element + width);
        for (std::size_t side = shape.size(); side-- > 0;) {
            at += stride[side];
            if (++index[side] < shape[side]) break;
            at -= stride[side] * index[side];
            index[side] = 0;
        }
    }
    return ordered;
}

npy_header read_npy_header(const npy_source& read, const npy_refusal& refuse) {
    std::array<std::uint8_t, 8> start{};
    read(start);
    if (std::memcmp(start.data(), "\x93NUMPY", 6) != 0) refuse("is no .npy array");
    const bool is_first_version = start[6] == 1;
    std::array<std::uint8_t, 4> length_bytes{};
    read(std::span(length_bytes).first(is_first_version ? 2 : 4));
    std::size_t length = 0;
    for (std::size_t i = length_bytes.size(); i-- > 0;) length = length << 8U | length_bytes[i];
    constexpr std::size_t longest = 1U << 16U;
    if (length > longest) refuse(fmt::format("has a header of {} bytes, which is no .npy's", length));
    std::vector<std::uint8_t> text(length);
    read(text);
    const std::string_view dictionary(reinterpret_cast<const char*>(text.data()), text.size());
    auto type = value_of(dictionary, "descr");
    const auto order = value_of(dictionary, "fortran_order"), shape = value_of(dictionary, "shape");
    const auto sizes = shape ? sizes_in(*shape) : std::nullopt;
    npy_header header;
    if (!type || !order || !sizes) {
        refuse("has no header that could be understood");
        return header;
    }
    header.fields = fields_in(*type);
    header.type = take_text(*type).value_or("of several fields");
    header.fortran_order = order->starts_with("True");
    header.shape = *sizes;
    return header;
}

std::string npy_start(std::string_view type, std::span<const std::uint64_t> shape) {
    constexpr std::size_t alignment = 64, fixed = 10;  // of the elements; bytes before the dictionary
    auto dictionary = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}{}), }}", type,
                                  fmt::join(shape, ", "), shape.size() == 1 ? "," : "");
    dictionary.resize((fixed + dictionary.size() + alignment) / alignment * alignment - fixed - 1, ' ');
    dictionary += '\n';
    std::string bytes = "\x93NUMPY";
    bytes += '\x01';
    bytes += '\0';
    bytes += static_cast<char>(dictionary.size() & 0xFFU);
    bytes += static_cast<char>(dictionary.size() >> 8U);
    return bytes + dictionary;
}

npy_array read_npy(const std::filesystem::path& path) {
    input_file file(path);
    std::uint64_t left = file.size();
    const npy_source read = [&](std::span<std::uint8_t> out) {
        if (file.read(std::as_writable_bytes(out)) < out.size()) file.refuse("is cut short");
        left -= out.size();
    };
    const npy_refusal refuse = [&](const std::string& reason) { file.refuse(reason); };
    npy_array array{.header = read_npy_header(read, refuse), .elements = {}};
    const auto& header = array.header;
    std::uint64_t width = 0;
    for (const auto& field : header.fields) width += npy_width(field.type).value_or(0);
    if (header.fields.empty()) width = npy_width(header.type).value_or(0);
    const bool is_known =
        std::ranges::all_of(header.fields, [](const npy_field& f) { return npy_width(f.type).has_value(); });
    if (width == 0 || !is_known)
        file.refuse(fmt::format("has elements '{}', which are no numbers that could be read", header.type));
    std::uint64_t bytes = width;
    for (const auto size : header.shape)
        if (__builtin_mul_overflow(bytes, size, &bytes))
            file.refuse(fmt::format("announces {} elements, which is beyond 64 bits", header.sizes()));
    if (bytes != left)
        file.refuse(
            fmt::format("has {} elements of {} bytes by its header, but holds {} bytes", header.sizes(), width, left));
    array.elements.resize(bytes);
    read(array.elements);
    return array;
}

}  // namespace cortexpr::io
