#include "pickle.hpp"

#include "input_file.hpp"
#include "pickle_machine.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <set>
#include <span>
#include <stdexcept>
#include <utility>

namespace cortexpr::io {

namespace {

/// Dicts of tensors that a file may have several of, the model's first.
constexpr std::array model_keys{std::string_view("state_dict"), std::string_view("model_state_dict"),
                                std::string_view("model")};

/// The tensors of what a pickle has built.
class state_dict_reader {
  public:
    state_dict_reader(pickled_values built, std::string_view wanted) : built_(std::move(built)), wanted_(wanted) {}

    std::vector<pickled_tensor> read() const {
        if (built_.root.is == pickled_kind::sparse) return parts_of(built_.root, "");
        return tensors_in(state_dict(built_.root));
    }

  private:
    [[noreturn]] static void fail(const std::string& reason) { throw std::invalid_argument(reason); }

    static std::size_t place(const pickled_value& index) { return static_cast<std::size_t>(index.number); }
    std::string_view text(const pickled_value& index) const { return built_.texts[place(index)]; }
    const pickled_entries& mapping(const pickled_value& index) const { return built_.mappings[place(index)]; }

    static bool has_tensors(const pickled_entries& mapping) {
        return std::ranges::any_of(mapping, [](const auto& entry) {
            return entry.first.is == pickled_kind::text &&
                   (entry.second.is == pickled_kind::tensor || entry.second.is == pickled_kind::sparse);
        });
    }

    const pickled_entries& state_dict(const pickled_value& root) const {
        if (root.is != pickled_kind::mapping) fail(fmt::format("holds no dict of tensors; save {}", wanted_));
        const auto& whole = mapping(root);
        std::vector<std::pair<std::string_view, const pickled_entries*>> found;
        for (const auto& [key, item] : whole)
            if (key.is == pickled_kind::text && item.is == pickled_kind::mapping && has_tensors(mapping(item)))
                found.emplace_back(text(key), &mapping(item));
        for (const auto key : model_keys)
            if (const auto one = std::ranges::find(found, key, [](const auto& pair) { return pair.first; });
                one != found.end())
                return *one->second;
        if (has_tensors(whole) && found.empty()) return whole;
        if (found.size() == 1 && !has_tensors(whole)) return *found.front().second;
        if (found.empty()) fail(fmt::format("holds no tensors; save {}", wanted_));
        std::vector<std::string> names;
        constexpr std::size_t most = 5;
        for (const auto& [key, mapping] : std::span(found).first(std::min(found.size(), most)))
            names.push_back(shown_name(key));
        fail(fmt::format("holds several dicts of tensors ({}{}), and none is named {}; save {} alone",
                         fmt::join(names, ", "), found.size() > most ? ", ..." : "", fmt::join(model_keys, " or "),
                         wanted_));
    }

    std::vector<pickled_tensor> tensors_in(const pickled_entries& mapping) const {
        std::vector<pickled_tensor> all;
        for (const auto& [key, item] : mapping) {
            if (key.is != pickled_kind::text) continue;
            if (item.is == pickled_kind::tensor) {
                all.push_back(built_.tensors[place(item)]);
                all.back().name = text(key);
            } else if (item.is == pickled_kind::sparse) {
                for (auto& part : parts_of(item, fmt::format("{}.", text(key)))) all.push_back(std::move(part));
            }
        }
        std::set<std::string_view> names;
        for (const auto& one : all)
            if (!names.insert(one.name).second) fail(fmt::format("holds the tensor {} twice", shown_name(one.name)));
        return all;
    }

    std::vector<pickled_tensor> parts_of(const pickled_value& index, const std::string& prefix) const {
        const auto& whole = built_.sparse[place(index)];
        std::vector<pickled_tensor> all;
        for (std::size_t i = 0; i < whole.parts.size(); ++i) {
            all.push_back(built_.tensors[whole.parts[i]]);
            all.back().name = prefix + std::string(whole.names[i]);
        }
        return all;
    }

    pickled_values built_;
    std::string_view wanted_;
};

}  // namespace

std::vector<pickled_tensor> read_state_dict(std::string_view pickle, std::string_view wanted) {
    return state_dict_reader(run_pickle(pickle, wanted), wanted).read();
}

}  // namespace cortexpr::io
