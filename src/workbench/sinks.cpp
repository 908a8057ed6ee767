#include "sinks.hpp"

#include "../ending.hpp"
#include "../io/npy.hpp"
#include "../io/npz_writer.hpp"
#include "hdf5_sink.hpp"

#include <cortexpr/error.hpp>
#include <cortexpr/io/atomic_file.hpp>

#include <fmt/format.h>

namespace cortexpr::workbench {

namespace {

constexpr std::string_view numpy_type(element of) {
    constexpr std::string_view types[]{"<f4", "<f8", "<i8"};
    return types[static_cast<int>(of)];
}

class npz_sink final : public array_sink {
  public:
    explicit npz_sink(const std::filesystem::path& file) : writer_(file) {}

    std::size_t add(const array_shape& array) override {
        return writer_.add(array.name, numpy_type(array.of), array.sizes);
    }
    void append(std::size_t array, std::span<const std::byte> elements) override { writer_.append(array, elements); }
    void commit(std::string_view description) override {
        writer_.add_bytes("description", description);
        writer_.commit();
    }

  private:
    io::npz_writer writer_;
};

/// One array; numbers, labels and targets of images are left out.
class npy_sink final : public array_sink {
  public:
    explicit npy_sink(const std::filesystem::path& file) : path_(file), file_(file) {}

    std::size_t add(const array_shape& array) override {
        if (array.of != element::int64 && array.name != "targets") {
            if (has_array_)
                throw usage_error(
                    fmt::format("{} holds one array; record one, or give the file a name that ends in .npz or .h5",
                                path_.string()));
            file_.write(io::npy_start(numpy_type(array.of), array.sizes));
            has_array_ = true;
            numbers_.push_back(true);
        } else {
            numbers_.push_back(false);
        }
        return numbers_.size() - 1;
    }
    void append(std::size_t array, std::span<const std::byte> elements) override {
        if (numbers_[array]) file_.write(elements);
    }
    void commit(std::string_view description) override {
        io::write_file(path_.string() + ".json", description);
        file_.commit();
    }

  private:
    std::filesystem::path path_;
    io::atomic_file file_;
    bool has_array_ = false;
    std::vector<bool> numbers_;  ///< by array: whether it is written
};

}  // namespace

std::unique_ptr<array_sink> sink_for(const std::filesystem::path& file) {
    const auto ending = ending_of(file);
    if (ending == ".npz") return std::make_unique<npz_sink>(file);
    if (ending == ".npy") return std::make_unique<npy_sink>(file);
    if (ending == ".h5" || ending == ".hdf5") return make_hdf5_sink(file);
    throw usage_error(fmt::format("{} has no name of a kind of file that can be written; end it in .npz, .npy or .h5",
                                  file.string()));
}

}  // namespace cortexpr::workbench
