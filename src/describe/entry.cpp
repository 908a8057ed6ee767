#include "entry.hpp"

#include <fmt/ranges.h>

#include <algorithm>

namespace cortexpr::describe {

std::vector<entry> entry::list() const {
    if (!value_->is_array()) refuse("give a list");
    std::vector<entry> all;
    for (std::size_t i = 0; i < value_->size(); ++i) all.emplace_back((*value_)[i], fmt::format("{}/{}", path_, i));
    return all;
}

std::pair<entry, entry> entry::pair() const {
    const auto both = list();
    if (both.size() != 2) refuse("give a list of two numbers");
    return {both[0], both[1]};
}

int entry::whole() const {
    constexpr int most = 1'000'000;
    const auto number = value_->is_number_integer() ? value_->get<std::int64_t>() : -1;
    if (number < 0 || number > most) refuse(fmt::format("give a whole number from 0 to {}", most));
    return static_cast<int>(number);
}

double entry::number() const {
    if (!value_->is_number()) refuse("give a number");
    return value_->get<double>();
}

bool entry::flag() const {
    if (!value_->is_boolean()) refuse("give true or false");
    return value_->get<bool>();
}

const std::string& entry::text() const {
    if (!value_->is_string() || value_->get_ref<const std::string&>().empty()) refuse("give a name");
    return value_->get_ref<const std::string&>();
}

std::size_t entry::choice(const std::vector<std::string_view>& names) const {
    const auto found =
        value_->is_string() ? std::ranges::find(names, value_->get_ref<const std::string&>()) : names.end();
    if (found == names.end()) refuse(fmt::format("give one of {}", fmt::join(names, ", ")));
    return static_cast<std::size_t>(found - names.begin());
}

std::string entry::place() const {
    const auto named = [this](const char* key) -> std::string {
        return value_->is_object() && value_->contains(key) ? value_->at(key).dump() : "";
    };
    std::string names = named("name");
    if (names.empty() && !named("from").empty()) names = named("from") + " to " + named("to");
    if (path_.empty()) return "the description";
    return names.empty() ? path_ : fmt::format("{} ({})", path_, names);
}

void entry::refuse(std::string_view what_to_do) const {
    throw usage_error(fmt::format("{} is {}; {}", path_.empty() ? "the description" : path_,
                                  value_->is_structured() ? value_->type_name() : value_->dump(), what_to_do));
}

void entry::say(std::string_view what) const { throw usage_error(fmt::format("{} {}", place(), what)); }

}  // namespace cortexpr::describe
