#include "recorded_run.hpp"

#include <cortexpr/io/safetensors.hpp>

#include <cstring>
#include <fstream>

namespace cortexpr::recorded {

namespace {

at::Tensor tensor_of(const io::tensor_record& record) {
    const auto type = record.type == io::dtype::i64   ? at::kLong
                      : record.type == io::dtype::i32 ? at::kInt
                                                      : at::kDouble;
    auto tensor = at::empty(record.shape, at::TensorOptions().dtype(type));
    if (record.bytes.size() != tensor.nbytes()) throw error("a recorded tensor is neither float64 nor an integer");
    std::memcpy(tensor.mutable_data_ptr(), record.bytes.data(), record.bytes.size());
    return tensor;
}

}  // namespace

std::optional<recorded_run> find_run(const std::filesystem::path& folder, const std::string& name) {
    const auto description = folder / (name + ".json");
    if (!std::filesystem::exists(description)) return std::nullopt;
    recorded_run run{.description = nlohmann::json::parse(std::ifstream(description)), .tensors = {}};
    const auto file = io::read_safetensors(folder / (name + ".safetensors"));
    for (const auto& record : file.tensors()) run.tensors.emplace(record.name, tensor_of(record));
    return run;
}

}  // namespace cortexpr::recorded
