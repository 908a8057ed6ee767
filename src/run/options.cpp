#include <cortexpr/run/options.hpp>

#include <cortexpr/error.hpp>

#include <fmt/format.h>

namespace cortexpr {

precision precision_named(std::string_view name) {
    for (const auto one : {precision::float32, precision::tf32, precision::bfloat16})
        if (name == name_of(one)) return one;
    throw usage_error(fmt::format("\"{}\" is no precision; use float32, tf32 or bfloat16", name));
}

}  // namespace cortexpr
