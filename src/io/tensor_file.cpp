#include <cortexpr/io/arrays.hpp>

#include <cortexpr/io/pytorch.hpp>
#include <cortexpr/io/safetensors.hpp>

#include "../ending.hpp"
#include "dtype.hpp"
#include "input_file.hpp"
#include "other_format.hpp"
#include "tensor_file_builder.hpp"

#include <array>
#include <new>
#include <string_view>
#include <utility>

namespace cortexpr::io {

namespace {

constexpr std::align_val_t payload_alignment{64};

}  // namespace

void tensor_file::release::operator()(std::byte* bytes) const noexcept {
    ::operator delete[](bytes, payload_alignment);
}

const tensor_record* tensor_file::find(std::string_view name) const noexcept {
    const auto found = index_.find(name);
    return found == index_.end() ? nullptr : &tensors_[found->second];
}

tensor_file_builder::tensor_file_builder(std::uint64_t bytes) : bytes_(bytes) {
    file_.payload_.reset(static_cast<std::byte*>(::operator new[](bytes_, payload_alignment)));
}

void tensor_file_builder::add(std::string name, dtype type, std::vector<std::int64_t> shape, std::uint64_t offset) {
    const auto size = byte_count(type, shape).value_or(0);  // readers have refused what has none
    file_.index_.emplace(name, file_.tensors_.size());
    file_.tensors_.push_back({std::move(name), type, std::move(shape), payload().subspan(offset, size)});
}

tensor_file tensor_file_builder::finish(bool checksummed, metadata_map metadata) && {
    file_.checksummed_ = checksummed;
    file_.metadata_ = std::move(metadata);
    return std::move(file_);
}

tensor_file read_tensors(const std::filesystem::path& path) {
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) return read_arrays(path);
    // What is read in several places can't come through a pipe, and a pipe can't be looked at beforehand.
    if (!std::filesystem::is_regular_file(path, ignored)) return read_safetensors(path);
    std::array<char, 8> start{};
    input_file file(path);
    const std::string_view bytes(start.data(), file.read(std::as_writable_bytes(std::span(start))));
    if (bytes.starts_with("PK\x03\x04")) return is_pytorch_archive(path) ? read_pytorch(path) : read_arrays(path);
    if (bytes.starts_with("\x93NUMPY")) return read_arrays(path);
    refuse_old_pytorch(file, bytes);
    return read_safetensors(path);
}

void write_tensors(const std::filesystem::path& file, std::span<const tensor_record> tensors,
                   const metadata_map& metadata) {
    const auto ending = ending_of(file);
    if (ending == ".pt" || ending == ".pth") return write_pytorch(file, tensors);
    if (ending == ".npz") return write_npz(file, tensors);
    write_safetensors(file, tensors, metadata);
}

}  // namespace cortexpr::io
