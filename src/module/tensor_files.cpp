#include <cortexpr/module/tensor_files.hpp>

#include "tensor_records.hpp"

#include <cortexpr/error.hpp>

#include <fmt/format.h>

namespace cortexpr {

void save_tensors(const std::string& path, const std::map<std::string, at::Tensor>& tensors) {
    tensor_records all;
    for (const auto& [name, tensor] : tensors) {
        if (!tensor.defined() || (tensor.scalar_type() != at::kFloat && tensor.scalar_type() != at::kDouble))
            throw usage_error(
                fmt::format("{} is no tensor of float32 or float64; convert it with .to(at::kFloat)", name));
        all.add(name, tensor);
    }
    io::write_tensors(path, all.records());
}

std::map<std::string, at::Tensor> load_tensors(const std::string& path) {
    const auto file = io::read_tensors(path);
    std::map<std::string, at::Tensor> tensors;
    for (const auto& record : file.tensors()) {
        if (!scalar_type_of(record.type))
            throw file_error(
                path, fmt::format("{} holds {}, not floating-point numbers", record.name, io::name_of(record.type)));
        tensors.emplace(record.name, tensor_of(record));
    }
    return tensors;
}

}  // namespace cortexpr
