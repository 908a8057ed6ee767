#include "hdf5_source.hpp"

#include "../io/byte_stream.hpp"
#include "../io/input_file.hpp"
#include "hdf5_handle.hpp"

#include <cortexpr/error.hpp>

#include <ATen/ops/empty.h>

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace cortexpr::workbench {

namespace {

class hdf5_source final : public array_source {
  public:
    explicit hdf5_source(const std::filesystem::path& file) : path_(file.string()), file_(opened(file)) {
        if (!file_) throw file_error(path_, "is no HDF5 file");
    }

    std::string description() const override {
        const auto set = data_set("description");
        if (class_of(set) != H5T_INTEGER || sizes_of(set, "description", 1).size() != 1)
            refuse("description", "is no text");
        std::string text(static_cast<std::size_t>(sizes_of(set, "description", 1).front()), '\0');
        read(set, "description", H5T_NATIVE_UINT8, text.data());
        return text;
    }
    bool has(const std::string& array) const override {
        return ::H5Lexists(file_.id(), array.c_str(), H5P_DEFAULT) > 0;
    }
    at::Tensor array(const std::string& name) const override {
        const auto set = data_set(name);
        const auto kind = class_of(set);
        if (kind != H5T_INTEGER && kind != H5T_FLOAT) refuse(name, "holds no numbers");
        const bool is_whole = kind == H5T_INTEGER;
        auto values = at::empty(sizes_of(set, name, sizeof(double)), is_whole ? at::kLong : at::kDouble);
        read(set, name, is_whole ? H5T_NATIVE_INT64 : H5T_NATIVE_DOUBLE, values.mutable_data_ptr());
        return values;
    }

  private:
    /// The library opens what no file is, too, and waits there.
    static hdf5_handle opened(const std::filesystem::path& file) {
        std::error_code ignored;
        if (std::filesystem::is_fifo(file, ignored))
            throw file_error(file.string(), "is a pipe; an HDF5 file is read in several places, so give a file");
        const io::input_file readable(file);
        readable.require_unpacked();
        prepare_hdf5();
        return {::H5Fopen(file.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), ::H5Fclose};
    }

    hdf5_handle data_set(const std::string& name) const {
        hdf5_handle set(has(name) ? ::H5Dopen2(file_.id(), name.c_str(), H5P_DEFAULT) : -1, ::H5Dclose);
        if (!set) refuse(name, "is missing");
        return set;
    }
    static H5T_class_t class_of(const hdf5_handle& set) {
        const hdf5_handle type(::H5Dget_type(set.id()), ::H5Tclose);
        return ::H5Tget_class(type.id());
    }
    /// The sizes of a set whose elements are read into `width` bytes each.
    std::vector<std::int64_t> sizes_of(const hdf5_handle& set, const std::string& name, hsize_t width) const {
        const hdf5_handle space(::H5Dget_space(set.id()), ::H5Sclose);
        const int rank = ::H5Sget_simple_extent_ndims(space.id());
        if (rank < 0) refuse(name, "has no dimensions");
        std::vector<hsize_t> sizes(static_cast<std::size_t>(rank));
        ::H5Sget_simple_extent_dims(space.id(), sizes.data(), nullptr);
        // A data set may have any size and hold nothing.
        hsize_t left = io::largest_deflate_ratio * ::H5Dget_storage_size(set.id()) / width;
        for (const auto size : sizes) {
            if (size > std::max<hsize_t>(1, left)) refuse(name, "is larger than what the file holds of it");
            left /= std::max<hsize_t>(1, size);
        }
        return {sizes.begin(), sizes.end()};
    }
    void read(const hdf5_handle& set, const std::string& name, hid_t as, void* values) const {
        if (::H5Dread(set.id(), as, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0) refuse(name, "can't be read");
    }
    [[noreturn]] void refuse(const std::string& name, std::string_view reason) const {
        throw file_error(path_, fmt::format("its data set {} {}", io::shown_name(name), reason));
    }

    std::string path_;
    hdf5_handle file_;
};

}  // namespace

std::unique_ptr<const array_source> make_hdf5_source(const std::filesystem::path& file) {
    return std::make_unique<hdf5_source>(file);
}

}  // namespace cortexpr::workbench
