#include <cortexpr/io/safetensors.hpp>
#include <cortexpr/module/parameter_set.hpp>

#include "../executors/validation.hpp"
#include "tensor_records.hpp"

#include <ATen/core/grad_mode.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>

namespace cortexpr {

namespace {

/// What keeps a file from fitting a network, by kind.
struct misfits {
    std::vector<std::string> missing, unexpected, misshaped, mistyped;

    bool none() const { return missing.empty() && unexpected.empty() && misshaped.empty() && mistyped.empty(); }

    std::string text() const {
        std::string all;
        const auto add = [&all](std::string_view kind, const std::vector<std::string>& names) {
            if (!names.empty()) all += fmt::format("{}{}: {}", all.empty() ? "" : "; ", kind, fmt::join(names, ", "));
        };
        add("missing", missing);
        add("unexpected", unexpected);
        add("mis-shaped", misshaped);
        add("not of a floating-point type", mistyped);
        return all;
    }
};

}  // namespace

void parameter_set::save(const std::string& path, const std::map<std::string, std::string>& metadata) const {
    const at::NoGradGuard no_grad;
    tensor_records tensors;
    for (std::size_t i = 0; i < parameters_.size(); ++i)
        tensors.add(std::string(std::string_view(declared_[i].name)), parameters_[i]);
    io::write_safetensors(path, tensors.records(), {metadata.begin(), metadata.end()});
}

void parameter_set::load(const std::string& path) {
    const auto file = io::read_safetensors(path);
    misfits found;
    std::vector<at::Tensor> loaded;
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
        const std::string name(std::string_view(declared_[i].name));
        names.insert(declared_[i].name);
        const auto* record = file.find(name);
        if (record == nullptr) {
            found.missing.push_back(name);
        } else if (at::IntArrayRef(record->shape) != parameters_[i].sizes()) {
            found.misshaped.push_back(fmt::format("{} (the file has {}, the network {})", name,
                                                  executors::text_of(record->shape),
                                                  executors::text_of(parameters_[i].sizes())));
        } else if (!scalar_type_of(record->type)) {
            found.mistyped.push_back(fmt::format("{} ({})", name, io::name_of(record->type)));
        } else {
            loaded.push_back(tensor_of(*record));
        }
    }
    for (const auto& record : file.tensors())
        if (!names.contains(record.name)) found.unexpected.push_back(record.name);
    if (!found.none())
        throw file_error(path,
                         fmt::format("does not fit the network {}, which stays as it was; {}", name(), found.text()));
    const at::NoGradGuard no_grad;
    for (std::size_t i = 0; i < parameters_.size(); ++i) parameters_[i].copy_(loaded[i]);
    project();
}

}  // namespace cortexpr
