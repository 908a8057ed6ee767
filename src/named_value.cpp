#include <cortexpr/named_value.hpp>

#include <cortexpr/error.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <span>

namespace cortexpr::detail {

void refuse_name(std::string_view name, std::string_view what, const std::string_view* first, std::size_t count) {
    const std::span known(first, count);
    if (what.empty()) throw usage_error(fmt::format("\"{}\" is none of {}", name, fmt::join(known, ", ")));
    throw usage_error(fmt::format("\"{}\" is no {}; use {}{}{}", name, what,
                                  fmt::join(known.first(known.size() - 1), ", "), known.size() > 1 ? " or " : "",
                                  known.back()));
}

}  // namespace cortexpr::detail
