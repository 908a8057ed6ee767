#include <cortexpr/io/arrays.hpp>

#include <cortexpr/io/atomic_file.hpp>
#include <cortexpr/io/csv.hpp>
#include <cortexpr/io/folders.hpp>

#include "../ending.hpp"
#include "../parsed.hpp"
#include "dtype.hpp"
#include "input_file.hpp"
#include "npy.hpp"
#include "npz.hpp"
#include "npz_writer.hpp"
#include "safetensors_header.hpp"
#include "tensor_file_builder.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cortexpr::io {

namespace fs = std::filesystem;

namespace {

struct numpy_type {
    dtype type;
    std::string_view name;
};

constexpr std::array numpy_types{
    numpy_type{dtype::boolean, "|b1"}, numpy_type{dtype::u8, "|u1"},  numpy_type{dtype::i8, "|i1"},
    numpy_type{dtype::u16, "<u2"},     numpy_type{dtype::i16, "<i2"}, numpy_type{dtype::f16, "<f2"},
    numpy_type{dtype::u32, "<u4"},     numpy_type{dtype::i32, "<i4"}, numpy_type{dtype::f32, "<f4"},
    numpy_type{dtype::u64, "<u8"},     numpy_type{dtype::i64, "<i8"}, numpy_type{dtype::f64, "<f8"},
    numpy_type{dtype::c64, "<c8"}};

/// An array, with the elements that it owns.
struct owned_array {
    std::string name;
    dtype type = dtype::f64;
    std::vector<std::int64_t> shape;
    std::vector<std::uint8_t> elements;
};

using refusal = std::function<void(const std::string&)>;

/// Name, type and shape of an array whose elements can be read as they lie.
owned_array described(const npy_header& header, std::string name, const refusal& refuse) {
    const auto* found = std::ranges::find(numpy_types, header.type, &numpy_type::name);
    if (found == numpy_types.end())
        refuse(fmt::format("has elements '{}'; little-endian numbers are read", header.type));
    if (header.shape.size() > largest_rank)
        refuse(fmt::format("has {} axes, {} are allowed", header.shape.size(), largest_rank));
    owned_array array{.name = std::move(name), .type = found->type, .shape = {}, .elements = {}};
    for (const auto size : header.shape) {
        if (size > INT64_MAX) refuse(fmt::format("has a side of {}", size));
        array.shape.push_back(static_cast<std::int64_t>(size));
    }
    return array;
}

owned_array read_npy_file(const fs::path& path) {
    auto array = read_npy(path);
    auto result = described(array.header, path.stem().string(),
                            [&](const std::string& reason) { throw file_error(path.string(), reason); });
    result.elements = in_c_order(std::move(array.elements), array.header, size_of(result.type));
    return result;
}

std::vector<owned_array> read_npz_file(const fs::path& path) {
    const npz_file file(path);
    std::vector<owned_array> arrays;
    for (const auto& name : file.arrays()) {
        auto array = described(file.header(name), name, [&](const std::string& reason) { file.refuse(name, reason); });
        array.elements = file.elements(name, size_of(array.type));
        arrays.push_back(std::move(array));
    }
    return arrays;
}

/// A table of numbers in text.
class csv_table {
  public:
    explicit csv_table(const fs::path& path) : file_(path), text_(file_.text()), rest_(text_) {}

    owned_array read(std::string name) {
        owned_array array{.name = std::move(name), .type = dtype::f64, .shape = {}, .elements = {}};
        constexpr std::string_view mark = "# shape ";
        bool has_shape = false;
        std::int64_t rows = 0, columns = 0;
        while (!rest_.empty()) {
            auto line = next_line();
            if (line_ == 1 && line.starts_with(mark)) {
                array.shape = shape_in(line.substr(mark.size()));
                has_shape = true;
            } else if (!line.empty() && line.front() != '#') {
                const auto count = add_row(line, array.elements);
                if (rows++ > 0 && count != columns)
                    file_.refuse(fmt::format("has {} numbers in line {}, {} in those before", count, line_, columns));
                columns = count;
            }
        }
        if (!has_shape) array.shape = columns == 1 ? std::vector{rows} : std::vector{rows, columns};
        if (byte_count(dtype::f64, array.shape) != array.elements.size())
            file_.refuse(fmt::format("has {} numbers, which are no array of shape ({})",
                                     array.elements.size() / sizeof(double), fmt::join(array.shape, ", ")));
        return array;
    }

  private:
    std::string_view next_line() {
        const auto end = std::min(rest_.find('\n'), rest_.size());
        auto line = rest_.substr(0, end);
        rest_.remove_prefix(std::min(end + 1, rest_.size()));
        if (line.ends_with('\r')) line.remove_suffix(1);
        ++line_;
        return line;
    }

    /// Calls `each` with the cells of a line.
    template <class Each>
    static void for_cells(std::string_view line, Each each) {
        while (true) {
            const auto end = std::min(line.find(','), line.size());
            auto cell = line.substr(0, end);
            cell.remove_prefix(std::min(cell.find_first_not_of(' '), cell.size()));
            cell.remove_suffix(cell.size() - std::min(cell.find_last_not_of(' ') + 1, cell.size()));
            each(cell);
            if (end == line.size()) return;
            line.remove_prefix(end + 1);
        }
    }

    template <class Number>
    Number number_in(std::string_view cell) const {
        const auto number = parsed<Number>(cell);
        if (!number) file_.refuse(fmt::format("has {} in line {}, which is no number", shown_name(cell), line_));
        return *number;
    }

    std::vector<std::int64_t> shape_in(std::string_view text) const {
        std::vector<std::int64_t> shape;
        if (!text.empty())
            for_cells(text, [&](std::string_view cell) { shape.push_back(number_in<std::int64_t>(cell)); });
        if (shape.size() > largest_rank)
            file_.refuse(fmt::format("has {} axes, {} are allowed", shape.size(), largest_rank));
        return shape;
    }

    std::int64_t add_row(std::string_view line, std::vector<std::uint8_t>& elements) const {
        std::int64_t count = 0;
        for_cells(line, [&](std::string_view cell) {
            const auto number = number_in<double>(cell);
            const auto* bytes = reinterpret_cast<const std::uint8_t*>(&number);
            elements.insert(elements.end(), bytes, bytes + sizeof number);
            ++count;
        });
        return count;
    }

    input_file file_;
    std::string text_;
    std::string_view rest_;
    int line_ = 0;
};

std::vector<owned_array> read_folder(const fs::path& folder) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder))
        if (const auto ending = ending_of(entry.path()); ending == ".npy" || ending == ".csv")
            files.push_back(entry.path());
    if (files.empty()) throw file_error(folder.string(), "is a folder without .npy or .csv files");
    std::ranges::sort(files);
    std::vector<owned_array> arrays;
    for (const auto& file : files) {
        const auto name = file.stem().string();
        if (!arrays.empty() && arrays.back().name == name)
            throw file_error(folder.string(),
                             fmt::format("holds {} as .npy and as .csv; remove one", shown_name(name)));
        arrays.push_back(ending_of(file) == ".npy" ? read_npy_file(file) : csv_table(file).read(name));
    }
    return arrays;
}

std::string_view numpy_name(const tensor_record& tensor) {
    const auto* found = std::ranges::find(numpy_types, tensor.type, &numpy_type::type);
    if (found == numpy_types.end())
        throw usage_error(
            fmt::format("tensor {} has elements {}, which NumPy lacks", shown_name(tensor.name), name_of(tensor.type)));
    return found->name;
}

std::vector<std::uint64_t> sides_of(const tensor_record& tensor) { return {tensor.shape.begin(), tensor.shape.end()}; }

template <class Number>
double element(const tensor_record& tensor, std::size_t index) {
    Number number{};
    std::memcpy(&number, tensor.bytes.data() + index * sizeof number, sizeof number);
    return static_cast<double>(number);
}

void require_writable(const tensor_record& tensor, array_format format) {
    if (tensor.name.empty() || tensor.name.find('/') != std::string::npos)
        throw usage_error(fmt::format("tensor {} has no name for a file", shown_name(tensor.name)));
    if (format == array_format::npy)
        numpy_name(tensor);
    else if (tensor.type != dtype::f32 && tensor.type != dtype::f64)
        throw usage_error(fmt::format("tensor {} has elements {}; tables are written of F32 and F64",
                                      shown_name(tensor.name), name_of(tensor.type)));
}

std::string table_of(const tensor_record& tensor) {
    std::string text = fmt::format("# shape {}\n", fmt::join(tensor.shape, ","));
    const auto count = tensor.bytes.size() / size_of(tensor.type);
    const auto rows = tensor.shape.empty() ? 1 : static_cast<std::size_t>(tensor.shape.front());
    for (std::size_t i = 0; i < count; ++i) {
        // A float32 in its own shortest digits is shorter, and reads back to the same float32.
        text += tensor.type == dtype::f32 ? fmt::format("{}", static_cast<float>(element<float>(tensor, i)))
                                          : to_csv(element<double>(tensor, i));
        text += (i + 1) % (count / rows) == 0 ? '\n' : ',';
    }
    return text;
}

std::string file_name_of(const tensor_record& tensor, array_format format) {
    return tensor.name + (format == array_format::npy ? ".npy" : ".csv");
}

/// What lies there would be read together with what is written. \throws file_error
void require_no_others(const fs::path& folder, std::span<const tensor_record> tensors, array_format format) {
    std::error_code problem;
    for (const auto& entry : fs::directory_iterator(folder, problem)) {
        const auto name = entry.path().filename().string();
        const auto ending = ending_of(entry.path());
        if ((ending != ".npy" && ending != ".csv") ||
            std::ranges::any_of(tensors, [&](const auto& one) { return file_name_of(one, format) == name; }))
            continue;
        throw file_error(folder.string(),
                         fmt::format("holds {} already, which is none of the arrays that are written and "
                                     "would be read with them; name another folder, or empty this one",
                                     shown_name(name)));
    }
}

/// All of them are whole before the first takes its place.
void write_files(const fs::path& folder, std::span<const tensor_record> tensors, array_format format) {
    std::vector<std::unique_ptr<atomic_file>> files;
    for (const auto& tensor : tensors) {
        auto& out = *files.emplace_back(std::make_unique<atomic_file>(folder / file_name_of(tensor, format)));
        if (format == array_format::npy) {
            out.write(npy_start(numpy_name(tensor), sides_of(tensor)));
            out.write(tensor.bytes);
        } else {
            out.write(table_of(tensor));
        }
    }
    for (const auto& file : files) file->commit();
}

}  // namespace

tensor_file read_arrays(const fs::path& path) {
    std::error_code ignored;
    auto arrays = fs::is_directory(path, ignored) ? read_folder(path)
                  : ending_of(path) == ".npy"     ? std::vector{read_npy_file(path)}
                                                  : read_npz_file(path);
    std::uint64_t bytes = 0;
    constexpr std::uint64_t alignment = 64;
    for (const auto& array : arrays) bytes += (array.elements.size() + alignment - 1) / alignment * alignment;
    tensor_file_builder result(bytes);
    std::uint64_t offset = 0;
    for (auto& array : arrays) {
        std::ranges::copy(std::as_bytes(std::span(array.elements)),
                          result.payload().begin() + static_cast<std::ptrdiff_t>(offset));
        if (std::ranges::any_of(result.tensors(), [&](const auto& one) { return one.name == array.name; }))
            throw file_error(path.string(), fmt::format("holds the array {} twice", shown_name(array.name)));
        const auto size = array.elements.size();
        result.add(std::move(array.name), array.type, std::move(array.shape), offset);
        offset += (size + alignment - 1) / alignment * alignment;
    }
    return std::move(result).finish(false);
}

void write_npz(const fs::path& file, std::span<const tensor_record> tensors) {
    npz_writer out(file);
    for (const auto& tensor : tensors)
        out.append(out.add(tensor.name, numpy_name(tensor), sides_of(tensor)), tensor.bytes);
    out.commit();
}

void write_arrays(const fs::path& folder, std::span<const tensor_record> tensors, array_format format) {
    for (const auto& tensor : tensors) require_writable(tensor, format);  // all of them, or none is written
    require_no_others(folder, tensors, format);
    const auto made = make_folders(folder);
    try {
        write_files(folder, tensors, format);
    } catch (...) {
        std::error_code ignored;
        if (!made.empty())  // the folder holds nothing but what was written just now
            for (const auto& tensor : tensors) fs::remove(folder / file_name_of(tensor, format), ignored);
        remove_folders(made);
        throw;
    }
}

}  // namespace cortexpr::io
