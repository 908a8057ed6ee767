#include "dtype.hpp"
#include "input_file.hpp"
#include "little_endian.hpp"
#include "safetensors_header.hpp"

#include <cortexpr/io/atomic_file.hpp>
#include <cortexpr/io/safetensors.hpp>

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include <algorithm>

namespace cortexpr::io {

namespace {

// A JSON string literal.
std::string literal(std::string_view text) {
    try {
        return nlohmann::json(text).dump();
    } catch (const nlohmann::json::type_error&) {
        throw usage_error("the text " + shown_name(text) + " is not UTF-8, which a safetensors file must be");
    }
}

using record_list = std::vector<const tensor_record*>;

// Large elements first, so that every tensor is aligned whatever precedes it.
record_list in_file_order(std::span<const tensor_record> tensors) {
    record_list order;
    for (const tensor_record& tensor : tensors) order.push_back(&tensor);
    std::ranges::sort(order, [](const tensor_record* left, const tensor_record* right) {
        const auto left_size = size_of(left->type);
        const auto right_size = size_of(right->type);
        return left_size != right_size ? left_size > right_size : left->name < right->name;
    });
    return order;
}

void demand_sound(const record_list& tensors, const metadata_map& metadata) {
    for (const tensor_record* tensor : tensors) {
        const std::string shown = "tensor " + shown_name(tensor->name);
        if (tensor->name == "__metadata__") throw usage_error(shown + " has the name that the format reserves");
        if (tensor->shape.size() > largest_rank) {
            throw usage_error(fmt::format("{} has {} axes, {} are allowed", shown, tensor->shape.size(), largest_rank));
        }
    }
    for (const std::string_view key : {format_key, payload_checksum_key, header_checksum_key}) {
        if (metadata.contains(key)) throw usage_error("the metadata key " + shown_name(key) + " is reserved");
    }
}

std::string checksums_of(const record_list& tensors) {
    std::string text;
    for (const tensor_record* tensor : tensors) {
        if (!text.empty()) text += ',';
        text += checksum_text(checksum_of(tensor->bytes));
    }
    return text;
}

std::string header_text(const record_list& tensors, const metadata_map& metadata) {
    metadata_map all = metadata;
    all.emplace(format_key, format_version);
    all.emplace(payload_checksum_key, checksums_of(tensors));
    all.emplace(header_checksum_key, checksum_text(0));

    std::string text = "{\"__metadata__\":{";
    for (const auto& [key, value] : all) {
        if (text.back() != '{') text += ',';
        text += fmt::format("{}:{}", literal(key), literal(value));
    }
    text += '}';
    std::uint64_t offset = 0;
    for (const tensor_record* tensor : tensors) {
        const std::uint64_t end = offset + tensor->bytes.size();
        text += fmt::format(R"(,{}:{{"dtype":"{}","shape":[{}],"data_offsets":[{},{}]}})", literal(tensor->name),
                            name_of(tensor->type), fmt::join(tensor->shape, ","), offset, end);
        offset = end;
    }
    text += '}';
    constexpr std::size_t alignment = 8;
    text.resize((text.size() + alignment - 1) / alignment * alignment, ' ');
    if (text.size() > largest_header) {
        throw usage_error(fmt::format("the names, shapes and metadata take {} bytes, the safetensors format allows {}",
                                      text.size(), largest_header));
    }
    const std::size_t position = find_header_checksum(text);
    const std::string checksum = checksum_text(header_checksum(text, position));
    return text.replace(position, checksum.size(), checksum);
}

}  // namespace

void write_safetensors(const std::filesystem::path& file, std::span<const tensor_record> tensors,
                       const metadata_map& metadata) {
    const record_list order = in_file_order(tensors);
    demand_sound(order, metadata);
    require_sound(tensors);
    const std::string header = header_text(order, metadata);
    atomic_file out(file);
    out.write(little_endian(std::uint64_t{header.size()}));
    out.write(header);
    for (const tensor_record* tensor : order) out.write(tensor->bytes);
    out.commit();
}

}  // namespace cortexpr::io
