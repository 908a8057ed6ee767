#pragma once
// Tensors as records of a file, and back.

#include <cortexpr/io/tensor_file.hpp>

#include <ATen/core/Tensor.h>

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace cortexpr {

/// The type in files of float32 or float64 tensors.
io::dtype dtype_of(at::ScalarType type);
/// The other way round for all floating-point types of files; none for other types.
std::optional<at::ScalarType> scalar_type_of(io::dtype type);

/// float32 or float64 tensors on their way into a file; owns what the records point at.
class tensor_records {
  public:
    void add(std::string name, const at::Tensor& tensor);
    std::span<const io::tensor_record> records() const { return records_; }

  private:
    std::vector<at::Tensor> tensors_;
    std::vector<io::tensor_record> records_;
};

/// A copy on the CPU, because elements in a file need not be aligned.
/// \throws usage_error  elements that are no floating-point numbers
at::Tensor tensor_of(const io::tensor_record& record);

}  // namespace cortexpr
