#include <cortexpr/io/tensor_file.hpp>
#include <cortexpr/module/parameter_set.hpp>

#include "../executors/tensor_rules.hpp"
#include "../io/input_file.hpp"
#include "../io/run_file.hpp"
#include "constraints.hpp"
#include "tensor_records.hpp"

#include <ATen/core/grad_mode.h>
#include <c10/util/Exception.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <map>
#include <set>
#include <span>
#include <utility>

namespace cortexpr {

namespace {

constexpr const char* wiring_note = "wiring";  ///< in a file's metadata

std::string some_of(const std::vector<std::string>& names) { return io::first_names(names, 3); }

/// What stands before the network's names in most of the file's that end with one, as "module." or "model.net.".
/// \throws file_error  the file holds the network under two prefixes
std::string prefix_of(const std::string& path, const io::tensor_file& file, const std::set<std::string_view>& own) {
    std::map<std::string_view, std::size_t> found;  // names by prefix
    for (const auto& record : file.tensors()) {
        const std::string_view name = record.name;
        for (std::size_t begin = 0;; ++begin) {
            if (own.contains(name.substr(begin))) ++found[name.substr(0, begin)];
            begin = name.find('.', begin);
            if (begin == std::string_view::npos) break;
        }
    }
    if (found.empty()) return {};
    const auto count = [](const auto& one) { return one.second; };
    const auto most = std::ranges::max_element(found, {}, count);
    const auto other =
        std::find_if(std::next(most), found.end(), [&](const auto& one) { return count(one) == own.size(); });
    if (!most->first.empty() && other != found.end())
        throw file_error(path,
                         fmt::format("holds the network's parameters twice, under {} and under {}; keep one of them",
                                     io::shown_name(most->first), io::shown_name(other->first)));
    return std::string(most->first);
}

/// What the file's names lack of the network's, as "rnn." where a classifier's recurrent part was saved alone; empty
/// where most of them don't end the network's, or are these.
std::string lacking_in(const io::tensor_file& file, const std::set<std::string_view>& own) {
    std::map<std::string_view, std::size_t> found;  // names by what they lack
    for (const auto name : own) {
        if (file.find(name) != nullptr) continue;
        for (auto dot = name.find('.'); dot != std::string_view::npos; dot = name.find('.', dot + 1))
            if (file.find(name.substr(dot + 1)) != nullptr) ++found[name.substr(0, dot + 1)];
    }
    if (found.empty()) return {};
    const auto most = std::ranges::max_element(found, {}, [](const auto& one) { return one.second; });
    return most->second > 1 && 2 * most->second > file.tensors().size() ? std::string(most->first) : std::string();
}

/// Where the file is of another kind than a model's. \throws file_error
void require_model(const std::string& path, const io::tensor_file& file, std::string_view name) {
    if (file.find(fmt::format("network/{}", name)) == nullptr) return;
    throw file_error(path, fmt::format("is a checkpoint, from which a training is resumed; its model is {}",
                                       (std::filesystem::path(path).parent_path() / io::run_file::model).string()));
}

/// For a message: the network that the file names, where that is another one than `ours`.
std::string owner_of(const io::tensor_file& file, const std::string& ours) {
    const auto found = file.metadata().find("network");
    if (found == file.metadata().end() || found->second == ours) return {};
    return fmt::format(" (the file is of the network {})", io::shown_name(found->second));
}

/// Pairs of a tensor (2, n) of 64-bit numbers, in the order of their values.
std::vector<std::pair<std::int64_t, std::int64_t>> sorted_pairs(std::span<const std::byte> bytes) {
    std::vector<std::int64_t> numbers(bytes.size() / sizeof(std::int64_t));
    std::memcpy(numbers.data(), bytes.data(), numbers.size() * sizeof(std::int64_t));
    std::vector<std::pair<std::int64_t, std::int64_t>> pairs(numbers.size() / 2);
    for (std::size_t k = 0; k < pairs.size(); ++k) pairs[k] = {numbers[k], numbers[pairs.size() + k]};
    std::ranges::sort(pairs);
    return pairs;
}

/// How the ends of synapses in a file differ from the network's, in the words of `difference_from`.
std::string difference_of(const io::tensor_record& record, const parameter_set::fixed_tensor& own) {
    const std::string_view what = own.name.ends_with("ih.indices")   ? "stimulus synapses"
                                  : own.name.ends_with("ho.indices") ? "output synapses"
                                                                     : "synapses";
    const bool are_same = record.type == own.type && sorted_pairs(record.bytes) == sorted_pairs(own.bytes);
    return are_same ? fmt::format("the same {} in another order", what) : fmt::format("other {}", what);
}

}  // namespace

/// What a file gets, and what owns its bytes.
struct parameter_set::written {
    tensor_records tensors{};
    std::vector<fixed_tensor> fixed{};
    std::vector<io::tensor_record> records{};
};

parameter_set::written parameter_set::content(const std::string& path) const {
    const at::NoGradGuard no_grad;
    if (const auto name = first_not_finite(); !name.empty())
        throw usage_error(fmt::format("{} holds a value that is infinite or NaN, so {} is not written", name, path));
    written all{.fixed = fixed_tensors()};
    for (std::size_t i = 0; i < parameters_.size(); ++i)
        all.tensors.add(std::string(std::string_view(declared_[i].name)), parameters_[i]);
    all.records.assign(all.tensors.records().begin(), all.tensors.records().end());
    for (const auto& one : all.fixed)
        all.records.push_back({.name = one.name, .type = one.type, .shape = one.shape, .bytes = one.bytes});
    return all;
}

void parameter_set::save(const std::string& path, const std::map<std::string, std::string>& metadata) const {
    io::metadata_map notes(metadata.begin(), metadata.end());
    if (const auto own = wiring(); !own.empty()) notes[wiring_note] = own;
    io::write_tensors(path, content(path).records, notes);
}

void parameter_set::save_arrays(const std::string& folder, io::array_format format) const {
    auto all = content(folder);
    // Tables are of fractions. What else there is, a connectome's indices, its file of synapses has.
    if (format == io::array_format::csv)
        std::erase_if(all.records, [](const io::tensor_record& one) {
            return one.type != io::dtype::f32 && one.type != io::dtype::f64;
        });
    io::write_arrays(folder, all.records, format);
}

void parameter_set::load(const std::string& path, violations wanted) { load(io::read_tensors(path), path, wanted); }

/// What a file holds of a network, and what keeps it from fitting, by kind.
struct parameter_set::reading {
    std::string prefix{};              ///< of the network's names in the file
    std::string lacking{};             ///< what the file's names lack of the network's
    std::vector<at::Tensor> values{};  ///< of the parameters that fit
    std::vector<std::string> missing{}, unexpected{}, misshaped{}, mistyped{}, not_finite{}, beyond{};
    std::vector<std::string> violating{};   ///< with their least value
    std::vector<std::string> outside{};     ///< what was around the network: it has no place here
    std::vector<std::string> of_another{};  ///< how the ends of synapses differ from the network's
    bool has_ends = false;                  ///< of synapses, so that the file says which these are

    /// Under which name the file has what the network calls `own`, or would have it.
    std::string name_of(const io::tensor_file& file, const std::string& own) const {
        const auto full = prefix + own;
        const bool is_shorter = !lacking.empty() && own.starts_with(lacking) && file.find(full) == nullptr;
        return is_shorter ? own.substr(lacking.size()) : full;
    }

    /// How the file's names differ from the network's, for a text.
    std::string naming() const {
        if (!lacking.empty()) return fmt::format(" (its names lack {})", lacking);
        return prefix.empty() ? "" : fmt::format(" (its names begin with {})", prefix);
    }

    std::string misfits() const {
        std::vector<std::string> parts;
        const auto add = [&parts](std::string_view kind, const std::vector<std::string>& names) {
            if (!names.empty()) parts.push_back(fmt::format("{}: {}", kind, some_of(names)));
        };
        add("missing", missing);
        add("unexpected", unexpected);
        add("mis-shaped", misshaped);
        add("of an element type that no parameter has", mistyped);
        add("infinite or NaN", not_finite);
        add("beyond float32", beyond);
        return fmt::format("{}", fmt::join(parts, "; "));
    }
};

void parameter_set::read_parameter(std::size_t index, const io::tensor_file& file, reading& found) const {
    const std::string name(std::string_view(declared_[index].name));
    const auto* record = file.find(found.name_of(file, name));
    if (record == nullptr) {
        found.missing.push_back(name);
    } else if (at::IntArrayRef(record->shape) != parameters_[index].sizes()) {
        found.misshaped.push_back(fmt::format("{} (the file has {}, the network {})", name,
                                              executors::text_of(record->shape),
                                              executors::text_of(parameters_[index].sizes())));
    } else if (!scalar_type_of(record->type)) {
        found.mistyped.push_back(fmt::format("{} ({})", name, io::name_of(record->type)));
    } else {
        // In the parameter's type: what is finite in the file may be too large for it.
        const auto& values = found.values.emplace_back(tensor_of(*record).to(dtype()));
        if (!is_finite(values))
            (is_finite(tensor_of(*record).to(at::kDouble)) ? found.beyond : found.not_finite).push_back(name);
        const auto least = least_of(declared_[index]);
        if (least && values.numel() > 0 && values.min().item<double>() < *least)
            found.violating.push_back(fmt::format("{} ({})", name, values.min().item<double>()));
    }
}

parameter_set::reading parameter_set::read_from(const io::tensor_file& file, const std::string& path) const {
    std::set<std::string_view> own;
    for (const auto& one : declared_) own.insert(std::string_view(one.name));
    reading found{.prefix = prefix_of(path, file, own)};
    if (found.prefix.empty()) found.lacking = lacking_in(file, own);
    std::set<std::string> names;
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
        names.insert(found.name_of(file, std::string(std::string_view(declared_[i].name))));
        read_parameter(i, file, found);
    }
    for (const auto& fixed : fixed_tensors()) {
        const auto name = found.name_of(file, fixed.name);
        const auto* record = file.find(name);
        names.insert(name);
        found.has_ends = found.has_ends || record != nullptr;
        if (record != nullptr && !std::ranges::equal(record->bytes, fixed.bytes))
            found.of_another.push_back(difference_of(*record, fixed));
    }
    for (const auto& record : file.tensors()) {
        if (!record.name.starts_with(found.prefix))
            found.outside.push_back(record.name);
        else if (!names.contains(record.name) && !is_known(std::string_view(record.name).substr(found.prefix.size())))
            found.unexpected.push_back(record.name);
    }
    return found;
}

void parameter_set::load(const io::tensor_file& file, const std::string& path, violations wanted) {
    require_model(path, file, declared_.front().name);
    const at::NoGradGuard no_grad;
    const auto refuse_wiring = [&](const std::string& other) {
        throw file_error(path, fmt::format("does not fit the network {}, which stays as it was{}: it was trained with "
                                           "{}; give the files that it was trained with",
                                           name(), owner_of(file, name()), other));
    };
    const auto noted = file.metadata().find(wiring_note);
    const bool has_note = noted != file.metadata().end();
    if (has_note)
        if (const auto other = difference_from(noted->second); !other.empty()) refuse_wiring(other);
    const auto found = read_from(file, path);
    const auto& prefix = found.prefix;
    if (!found.of_another.empty()) refuse_wiring(fmt::format("{}", fmt::join(found.of_another, " and ")));
    if (const auto text = found.misfits(); !text.empty())
        throw file_error(path, fmt::format("does not fit the network {}, which stays as it was{}{}; {}", name(),
                                           owner_of(file, name()), found.naming(), text));
    if (!has_note && !found.has_ends && !wiring().empty()) {
        TORCH_WARN(path, " doesn't say which synapses its weights are of; they are taken in the network's order");
    }
    if (!found.outside.empty()) {
        TORCH_WARN(
            fmt::format("{}: the network's names begin with {}; left out: {}", path, prefix, some_of(found.outside)));
    }
    if (!found.violating.empty()) {
        const auto text = fmt::format("{}: values against Dale's law or tau >= 1 (the least of each parameter): {}",
                                      path, some_of(found.violating));
        if (wanted == violations::refused) throw file_error(path, text.substr(path.size() + 2));
        TORCH_WARN(text, "; they are set to the nearest that is allowed");
    }
    for (std::size_t i = 0; i < parameters_.size(); ++i) parameters_[i].copy_(found.values[i]);
    project();
}

}  // namespace cortexpr
