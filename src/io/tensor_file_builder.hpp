#pragma once
// How readers fill a tensor_file.

#include <cortexpr/io/tensor_file.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace cortexpr::io {

/// One block of memory, whose size is known beforehand, and the tensors that lie in it; several may share bytes.
class tensor_file_builder {
  public:
    explicit tensor_file_builder(std::uint64_t bytes);

    std::span<std::byte> payload() noexcept { return {file_.payload_.get(), bytes_}; }
    /// A tensor whose elements begin at `offset`; its name must be new, and it must lie within the payload.
    void add(std::string name, dtype type, std::vector<std::int64_t> shape, std::uint64_t offset);
    const std::vector<tensor_record>& tensors() const noexcept { return file_.tensors_; }
    tensor_file finish(bool checksummed, metadata_map metadata = {}) &&;

  private:
    tensor_file file_;
    std::size_t bytes_;
};

}  // namespace cortexpr::io
