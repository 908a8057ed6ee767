#include "hdf5_sink.hpp"

#include "hdf5_handle.hpp"

#include <cortexpr/error.hpp>
#include <cortexpr/io/atomic_file.hpp>

#include <algorithm>

namespace cortexpr::workbench {

namespace {

hid_t type_of(element of) {
    switch (of) {
        case element::float64:
            return H5T_IEEE_F64LE;
        case element::int64:
            return H5T_STD_I64LE;
        default:
            return H5T_IEEE_F32LE;
    }
}

class hdf5_sink final : public array_sink {
  public:
    explicit hdf5_sink(const std::filesystem::path& target)
        : target_(target), written_(target), folder_(written_.workshop(), target), file_(-1, ::H5Fclose) {
        prepare_hdf5();
        file_ = hdf5_handle(::H5Fcreate(made().c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), ::H5Fclose);
        if (!file_) fail();
    }

    std::size_t add(const array_shape& array) override {
        const std::vector<hsize_t> sizes(array.sizes.begin(), array.sizes.end());
        auto chunk = sizes;
        chunk.front() = std::clamp<hsize_t>(entries_of(array), 1, std::max<hsize_t>(1, sizes.front()));
        const hdf5_handle space(::H5Screate_simple(static_cast<int>(sizes.size()), sizes.data(), nullptr), ::H5Sclose);
        const hdf5_handle settings(::H5Pcreate(H5P_DATASET_CREATE), ::H5Pclose);
        ::H5Pset_chunk(settings.id(), static_cast<int>(chunk.size()), chunk.data());
        hdf5_handle set(::H5Dcreate2(file_.id(), array.name.c_str(), type_of(array.of), space.id(), H5P_DEFAULT,
                                     settings.id(), H5P_DEFAULT),
                        ::H5Dclose);
        if (!set) fail();
        sets_.push_back({std::move(set), array, 0});
        return sets_.size() - 1;
    }

    void append(std::size_t array, std::span<const std::byte> elements) override {
        auto& [set, shape, written] = sets_[array];
        std::vector<hsize_t> first(shape.sizes.size(), 0), count(shape.sizes.begin(), shape.sizes.end());
        first.front() = written;
        count.front() = elements.size() / entry_bytes(shape);
        const hdf5_handle all(::H5Dget_space(set.id()), ::H5Sclose);
        const hdf5_handle part(::H5Screate_simple(static_cast<int>(count.size()), count.data(), nullptr), ::H5Sclose);
        if (::H5Sselect_hyperslab(all.id(), H5S_SELECT_SET, first.data(), nullptr, count.data(), nullptr) < 0 ||
            ::H5Dwrite(set.id(), type_of(shape.of), part.id(), all.id(), H5P_DEFAULT, elements.data()) < 0)
            fail();
        written += count.front();
    }

    void commit(std::string_view description) override {
        write_text("description", description);
        sets_.clear();
        if (!file_.close()) fail();
        written_.take(made());
        written_.commit();
    }

  private:
    struct data_set {
        hdf5_handle set;
        array_shape shape;
        std::uint64_t written = 0;
    };

    static std::uint64_t entry_bytes(const array_shape& array) {
        std::uint64_t bytes = array.of == element::float32 ? 4 : 8;
        for (std::size_t i = 1; i < array.sizes.size(); ++i) bytes *= array.sizes[i];
        return std::max<std::uint64_t>(1, bytes);
    }
    /// About a megabyte.
    static std::uint64_t entries_of(const array_shape& array) { return (std::uint64_t{1} << 20U) / entry_bytes(array); }

    /// A text of any length, as a data set of characters: an attribute holds 64 KiB at most.
    void write_text(const char* name, std::string_view text) {
        const hsize_t size = text.size();
        const hdf5_handle space(::H5Screate_simple(1, &size, nullptr), ::H5Sclose);
        const hdf5_handle set(
            ::H5Dcreate2(file_.id(), name, H5T_STD_U8LE, space.id(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
            ::H5Dclose);
        if (!set || ::H5Dwrite(set.id(), H5T_NATIVE_UINT8, H5S_ALL, H5S_ALL, H5P_DEFAULT, text.data()) < 0) fail();
    }

    [[noreturn]] void fail() const {
        throw file_error(target_.string(), "can't be written as an HDF5 file; is the disk full?");
    }
    std::filesystem::path made() const { return folder_ / "made.h5"; }

    std::filesystem::path target_;
    io::atomic_file written_;
    io::scratch_folder folder_;
    hdf5_handle file_;
    std::vector<data_set> sets_;
};

}  // namespace

std::unique_ptr<array_sink> make_hdf5_sink(const std::filesystem::path& file) {
    return std::make_unique<hdf5_sink>(file);
}

}  // namespace cortexpr::workbench
