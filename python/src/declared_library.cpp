#include "declared_library.hpp"

#include <cortexpr/error.hpp>

#include <dlfcn.h>
#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace cortexpr::python {

namespace {

/// Without the path that it begins with, which is a copy's.
std::string reason_against(std::string_view path) {
    std::string_view reason = dlerror();
    if (reason.starts_with(path)) reason.remove_prefix(std::min(path.size() + 2, reason.size()));
    return std::string(reason);
}

}  // namespace

std::vector<declaration> load_declarations(const std::string& path, const std::string& called) {
    void* const handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr) throw file_error(called, fmt::format("can't be loaded: {}", reason_against(path)));
    using function = const declared::library* (*)();
    const auto find = reinterpret_cast<function>(dlsym(handle, "cortexpr_declared"));
    if (find == nullptr)
        throw file_error(called,
                         "holds no declarations; compile it with cortexpr.compile, or with the CMake function "
                         "cortexpr_python_module");
    const declared::library own{}, &found = *find();
    if (found.version != own.version || found.compiled != own.compiled)
        throw file_error(called, "was compiled with headers of another cortexpr than this one; compile it again");
    std::vector<declaration> all;
    for (const auto& one : std::span(found.entries, found.count)) {
        if (one.kind == declared::kind::none) continue;
        all.push_back({.name = std::string(one.name), .kind = one.kind, .connectome = one.connectome});
        if (one.plan != nullptr) all.back().plan.emplace(*one.plan);
    }
    return all;
}

}  // namespace cortexpr::python
