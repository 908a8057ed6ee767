#include "array_file.hpp"

#include "../ending.hpp"
#include "../parsed.hpp"
#include "row_reader.hpp"

#include "../io/input_file.hpp"
#include "../io/npz.hpp"

#include <cortexpr/circuit/files.hpp>
#include <cortexpr/io/pytorch.hpp>
#include <cortexpr/io/safetensors.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <limits>
#include <utility>

namespace cortexpr::circuit {

namespace {

constexpr std::uint64_t no_limit = std::uint64_t{1} << 40U;  // what a file announces has to be in it

std::span<const std::uint8_t> bytes_of(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
}

class npz_arrays : public array_file {
  public:
    explicit npz_arrays(const std::filesystem::path& file) : file_(file) {}

    bool has(const std::string& array) const override { return file_.has(array); }
    std::vector<std::uint64_t> shape(const std::string& array) const override { return file_.header(array).shape; }
    std::vector<std::int64_t> whole_numbers(const std::string& array) const override {
        return file_.whole_numbers(array, no_limit, "ids and indices");
    }
    std::vector<double> reals(const std::string& array) const override { return file_.reals(array, no_limit); }
    std::string word(const std::string& array) const override {
        const auto header = file_.header(array);
        constexpr std::string_view lengths = "123456789";  // of a word
        if (header.type.size() != 3 || !header.type.starts_with("|S") ||
            lengths.find(header.type.back()) == std::string_view::npos || !header.shape.empty())
            return {};
        const auto bytes = file_.elements(array, static_cast<std::uint64_t>(header.type.back() - '0'));
        return {bytes.begin(), bytes.end()};
    }
    std::vector<std::string> list() const override { return file_.arrays(); }
    [[noreturn]] void refuse(const std::string& array, const std::string& reason) const override {
        file_.refuse(array, reason);
    }

  private:
    io::npz_file file_;
};

/// The columns of whole numbers (n, 2) or (n, 3), or the fields of records.
class npy_columns : public array_file {
  public:
    npy_columns(const std::filesystem::path& file, const columns& names)
        : path_(file.string()), array_(io::read_npy(file)) {
        const auto& header = array_.header;
        const auto columns_number = header.shape.size() == 2 ? header.shape[1] : 0;
        if (!header.fields.empty() && header.shape.size() == 1) {
            rows_ = header.shape[0];
            for (const auto& field : header.fields) {
                columns_.push_back({field.name, field.type, stride_});
                stride_ += io::npy_width(field.type).value_or(0);
            }
        } else if ((columns_number == 2 || columns_number == 3) && header.is_whole_numbers()) {
            rows_ = header.shape[0];
            const auto width = io::npy_width(header.type).value_or(1);
            stride_ = header.fortran_order ? width : width * columns_number;
            const std::string known[] = {names.pre, names.post, names.weight};
            for (std::size_t i = 0; i < columns_number; ++i)
                columns_.push_back({known[i], header.type, width * i * (header.fortran_order ? rows_ : 1)});
        } else {
            throw file_error(path_,
                             fmt::format("has {} elements '{}'; synapses are read from whole numbers (n, 2) or (n, 3), "
                                         "columns pre, post and weight, or from records with such fields{}",
                                         header.sizes(), header.type, advice_on(header)));
        }
    }

    bool has(const std::string& array) const override { return find(array) != nullptr; }
    std::vector<std::uint64_t> shape(const std::string& /*array*/) const override { return {rows_}; }
    std::vector<std::int64_t> whole_numbers(const std::string& array) const override {
        const auto& column = *find(array);
        if (!io::is_npy_integer(column.type))
            refuse(array,
                   fmt::format("has elements '{}'; ids are read as whole numbers, so convert them", column.type));
        auto all = io::npy_whole_numbers(column.type, from(column), stride_);
        all.resize(rows_);
        return all;
    }
    std::vector<double> reals(const std::string& array) const override {
        auto all = io::npy_reals(find(array)->type, from(*find(array)), stride_);
        all.resize(rows_);
        return all;
    }
    std::vector<std::string> list() const override {
        std::vector<std::string> all;
        for (const auto& column : columns_) all.push_back(column.name);
        return all;
    }
    [[noreturn]] void refuse(const std::string& array, const std::string& reason) const override {
        throw file_error(path_, fmt::format("its column {} {}", io::shown_name(array), reason));
    }

  private:
    /// What to do with numbers that are no columns of whole ones.
    static std::string advice_on(const io::npy_header& header) {
        const auto& shape = header.shape;
        if (shape.size() != 2 || !io::npy_width(header.type)) return {};
        if (shape[0] == shape[1]) return fmt::format("; {}", dense_advice);
        if (shape[1] != 2 && shape[1] != 3) return {};
        return "; ids are whole numbers, so convert them, or save pre, post and real weights with numpy.savez";
    }

    struct column {
        std::string name, type;
        std::size_t first = 0;  // byte
    };

    const column* find(const std::string& name) const {
        const auto found = std::ranges::find(columns_, name, &column::name);
        return found == columns_.end() ? nullptr : &*found;
    }
    std::span<const std::uint8_t> from(const column& of) const {
        return std::span(array_.elements).subspan(std::min(of.first, array_.elements.size()));
    }

    std::string path_;
    io::npy_array array_;
    std::vector<column> columns_;
    std::size_t rows_ = 0, stride_ = 0;
};

/// NumPy's name of an element type; empty where it has none.
std::string_view npy_type(io::dtype type) {
    using io::dtype;
    switch (type) {
        case dtype::u8:
            return "|u1";
        case dtype::i8:
            return "|i1";
        case dtype::u16:
            return "<u2";
        case dtype::i16:
            return "<i2";
        case dtype::u32:
            return "<u4";
        case dtype::i32:
            return "<i4";
        case dtype::u64:
            return "<u8";
        case dtype::i64:
            return "<i8";
        case dtype::f16:
            return "<f2";
        case dtype::f32:
            return "<f4";
        case dtype::f64:
            return "<f8";
        default:
            return {};
    }
}

/// The arrays of a safetensors file, or of one of PyTorch's.
class tensor_arrays : public array_file {
  public:
    tensor_arrays(const std::filesystem::path& path, io::tensor_file file, bool says_sizes)
        : path_(path.string()), file_(std::move(file)), says_sizes_(says_sizes) {}

    bool has(const std::string& array) const override { return file_.find(array) != nullptr; }
    std::vector<std::uint64_t> shape(const std::string& array) const override {
        const auto& shape = found(array).shape;
        return {shape.begin(), shape.end()};
    }
    std::vector<std::int64_t> whole_numbers(const std::string& array) const override {
        const auto& record = whole(array);
        return io::npy_whole_numbers(npy_type(record.type), bytes_of(record.bytes), io::size_of(record.type));
    }
    /// A part at a time: beside the file, not all of it is to stand in memory in 64 bits.
    std::vector<std::int32_t> indices(const std::string& array) const override {
        constexpr std::size_t part = 1U << 16U;
        const auto& record = whole(array);
        const auto bytes = bytes_of(record.bytes);
        const auto width = io::size_of(record.type);
        std::vector<std::int32_t> all;
        all.reserve(bytes.size() / width);
        for (std::size_t first = 0; first < bytes.size(); first += part * width)
            narrow(array,
                   io::npy_whole_numbers(npy_type(record.type),
                                         bytes.subspan(first, std::min(part * width, bytes.size() - first)), width),
                   all);
        return all;
    }
    std::vector<double> reals(const std::string& array) const override {
        const auto& record = found(array);
        if (record.type == io::dtype::bf16) return from_bfloat16(record.bytes);
        const auto type = npy_type(record.type);
        if (type.empty()) refuse(array, fmt::format("has elements {}, which are no weights", io::name_of(record.type)));
        return io::npy_reals(type, bytes_of(record.bytes), io::size_of(record.type));
    }
    std::optional<std::int64_t> matrix_rows(const std::string& prefix) const override {
        const auto sizes = matrix_sizes(prefix);
        return parsed<std::int64_t>(sizes.substr(0, sizes.find(',')));
    }
    std::optional<std::int64_t> matrix_columns(const std::string& prefix) const override {
        const auto sizes = matrix_sizes(prefix);
        const auto comma = sizes.find(',');
        return comma == std::string_view::npos ? std::nullopt : parsed<std::int64_t>(sizes.substr(comma + 1));
    }
    std::vector<std::string> list() const override {
        std::vector<std::string> all;
        for (const auto& tensor : file_.tensors()) all.push_back(tensor.name);
        return all;
    }
    [[noreturn]] void refuse(const std::string& array, const std::string& reason) const override {
        throw file_error(path_, fmt::format("its tensor {} {}", io::shown_name(array), reason));
    }

  private:
    /// "4,4"; empty where the file doesn't say it.
    std::string_view matrix_sizes(const std::string& prefix) const {
        const auto found = file_.metadata().find(prefix + "size");
        return says_sizes_ && found != file_.metadata().end() ? std::string_view(found->second) : std::string_view();
    }
    const io::tensor_record& found(const std::string& array) const {
        const auto* record = file_.find(array);
        if (record == nullptr) refuse(array, fmt::format("isn't there (the file has {})", names()));
        return *record;
    }
    const io::tensor_record& whole(const std::string& array) const {
        const auto& record = found(array);
        if (!io::is_npy_integer(npy_type(record.type)))
            refuse(array, fmt::format("has elements {}; indices are read as whole numbers, so convert them",
                                      io::name_of(record.type)));
        return record;
    }
    static std::vector<double> from_bfloat16(std::span<const std::byte> bytes) {
        std::vector<double> all;
        all.reserve(bytes.size() / 2);
        for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
            const auto bits = std::to_integer<std::uint32_t>(bytes[i]) | std::to_integer<std::uint32_t>(bytes[i + 1])
                                                                             << 8U;
            all.push_back(std::bit_cast<float>(bits << 16U));
        }
        return all;
    }

    std::string path_;
    io::tensor_file file_;
    bool says_sizes_;  // in metadata, of sparse tensors
};

}  // namespace

std::string array_file::names() const {
    const auto all = list();
    return all.empty() ? "no arrays" : io::shown_names(all);
}

void array_file::narrow(const std::string& array, const std::vector<std::int64_t>& from,
                        std::vector<std::int32_t>& to) const {
    for (const auto number : from) {
        if (number > std::numeric_limits<std::int32_t>::max() || number < std::numeric_limits<std::int32_t>::min())
            refuse(array, fmt::format("has {}{} at {}; there are no neurons or channels beyond 2^31 - 1",
                                      number == std::numeric_limits<std::int64_t>::max() ? "at least " : "", number,
                                      to.size()));
        to.push_back(static_cast<std::int32_t>(number));
    }
}

std::vector<std::int32_t> array_file::indices(const std::string& array) const {
    std::vector<std::int32_t> all;
    const auto wide = whole_numbers(array);
    all.reserve(wide.size());
    narrow(array, wide, all);
    return all;
}

std::unique_ptr<array_file> open_arrays(const std::filesystem::path& file, const columns& names) {
    const auto ending = ending_of(file);
    if (ending == ".npz") return std::make_unique<npz_arrays>(file);
    if (ending == ".npy") return std::make_unique<npy_columns>(file, names);
    if (ending == ".safetensors") return std::make_unique<tensor_arrays>(file, io::read_safetensors(file), false);
    if (ending == ".pt" || ending == ".pth")
        return std::make_unique<tensor_arrays>(
            file, io::read_pytorch(file, "a sparse tensor (torch.save(dense.to_sparse(), file))"), true);
    return nullptr;
}

void refuse_ending(const std::filesystem::path& file, std::string_view what) {
    throw file_error(file.string(),
                     fmt::format("has no ending that is known; {} are read from {}, and from .npz, .npy, "
                                 ".safetensors and .pt (also .pth)",
                                 what, table_endings));
}

}  // namespace cortexpr::circuit
