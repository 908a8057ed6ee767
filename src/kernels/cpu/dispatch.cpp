#include "dispatch.hpp"

#include "tables.hpp"

#include <cortexpr/error.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>
#include <type_traits>
#include <vector>

namespace cortexpr::kernels {

namespace {

constexpr std::array<std::string_view, 3> known_names{"portable", "avx2", "avx512"};

template <class Scalar>
std::vector<const kernel_table<Scalar>*> runnable_tables() {
    std::vector<const kernel_table<Scalar>*> tables;
    const auto add = [&tables](const auto& single, const auto& twice) {
        if constexpr (std::is_same_v<Scalar, float>) {
            tables.push_back(&single);
        } else {
            tables.push_back(&twice);
        }
    };
    add(portable_float, portable_double);
#ifdef CORTEXPR_HAS_X86_KERNELS
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) add(avx2_float, avx2_double);
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq"))
        add(avx512_float, avx512_double);
#endif
    return tables;
}

}  // namespace

template <class Scalar>
std::span<const kernel_table<Scalar>* const> tables_for_this_cpu() {
    static const auto tables = runnable_tables<Scalar>();
    return tables;
}

template <class Scalar>
const kernel_table<Scalar>& kernels_named(const char* name) {
    const auto tables = tables_for_this_cpu<Scalar>();
    if (name == nullptr) return *tables.back();
    const std::string_view wanted = name;
    std::vector<std::string_view> names;
    for (const auto* table : tables) {
        if (table->name == wanted) return *table;
        names.emplace_back(table->name);
    }
    if (std::ranges::find(known_names, wanted) == known_names.end())
        throw usage_error(
            fmt::format("CORTEXPR_CPU is \"{}\" in the environment; use portable, avx2 or avx512", wanted));
    throw usage_error(fmt::format("CORTEXPR_CPU is \"{}\" in the environment, but this CPU can't run that; use {}",
                                  wanted, fmt::join(names, " or ")));
}

template <class Scalar>
const kernel_table<Scalar>& kernels_for_this_cpu() {
    static const auto& chosen = kernels_named<Scalar>(std::getenv("CORTEXPR_CPU"));
    return chosen;
}

template std::span<const kernel_table<float>* const> tables_for_this_cpu<float>();
template std::span<const kernel_table<double>* const> tables_for_this_cpu<double>();
template const kernel_table<float>& kernels_named<float>(const char*);
template const kernel_table<double>& kernels_named<double>(const char*);
template const kernel_table<float>& kernels_for_this_cpu<float>();
template const kernel_table<double>& kernels_for_this_cpu<double>();

}  // namespace cortexpr::kernels
