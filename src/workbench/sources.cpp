#include "sources.hpp"

#include "../ending.hpp"
#include "../io/input_file.hpp"
#include "../io/npz.hpp"
#include "hdf5_source.hpp"

#include <cortexpr/error.hpp>

#include <ATen/ops/tensor.h>

#include <fmt/format.h>

#include <vector>

namespace cortexpr::workbench {

namespace {

std::vector<std::int64_t> sizes_of(const io::npy_header& header) { return {header.shape.begin(), header.shape.end()}; }

class npz_source final : public array_source {
  public:
    explicit npz_source(const std::filesystem::path& file) : archive_(file), size_(std::filesystem::file_size(file)) {}

    std::string description() const override {
        if (!archive_.has("description") && archive_.is_model())
            throw file_error(archive_.path(), "is a model's parameters, and no recording");
        const auto bytes = archive_.bytes("description", size_);
        return {bytes.begin(), bytes.end()};
    }
    bool has(const std::string& array) const override { return archive_.has(array); }
    at::Tensor array(const std::string& name) const override {
        const auto header = archive_.header(name);
        if (header.is_whole_numbers()) return at::tensor(archive_.whole_numbers(name, size_)).view(sizes_of(header));
        return at::tensor(archive_.reals(name, size_)).view(sizes_of(header));
    }

  private:
    io::npz_file archive_;
    std::uint64_t size_;
};

/// One array, whose description lies beside it.
class npy_source final : public array_source {
  public:
    explicit npy_source(std::filesystem::path file) : file_(std::move(file)) {}

    std::string description() const override {
        const std::filesystem::path beside = file_.string() + ".json";
        if (!std::filesystem::exists(beside))
            throw file_error(file_.string(),
                             fmt::format("is no recording without its description, {}, beside it", beside.string()));
        return io::input_file(beside).text();
    }
    /// Numbers, labels and targets of images aren't in such a file.
    bool has(const std::string& array) const override {
        return array != "images" && array != "labels" && array != "targets";
    }
    at::Tensor array(const std::string& name) const override {
        const auto read = io::read_npy(file_);
        const auto width = io::npy_width(read.header.type);
        if (read.header.fortran_order || !width || io::is_npy_integer(read.header.type))
            throw file_error(file_.string(),
                             fmt::format("holds no {} as it was recorded, but '{}' in {} order", name, read.header.type,
                                         read.header.fortran_order ? "Fortran" : "C"));
        return at::tensor(io::npy_reals(read.header.type, read.elements, *width)).view(sizes_of(read.header));
    }

  private:
    std::filesystem::path file_;
};

}  // namespace

std::unique_ptr<const array_source> source_of(const std::filesystem::path& file) {
    const auto ending = ending_of(file);
    if (ending == ".npy") return std::make_unique<npy_source>(file);
    if (ending == ".h5" || ending == ".hdf5") return make_hdf5_source(file);
    if (ending != ".npz")
        throw file_error(file.string(), "is no recording by its name; these end in .npz, .npy, .h5 or .hdf5");
    return std::make_unique<npz_source>(file);
}

}  // namespace cortexpr::workbench
