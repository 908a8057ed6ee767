#include "declared_library.hpp"

#include <cortexpr/error.hpp>

#include <dlfcn.h>
#include <fmt/format.h>

namespace cortexpr::python {

std::vector<declaration> load_declarations(const std::string& path) {
    void* const handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr) throw file_error(path, fmt::format("can't be loaded: {}", dlerror()));
    using function = const declared::library* (*)();
    const auto find = reinterpret_cast<function>(dlsym(handle, "cortexpr_declared"));
    if (find == nullptr)
        throw file_error(path,
                         "holds no declarations; compile it with cortexpr.compile, or with the CMake function "
                         "cortexpr_python_module");
    const declared::library own{}, &found = *find();
    if (found.version != own.version || found.compiled != own.compiled)
        throw file_error(path, "was compiled with headers of another cortexpr than this one; compile it again");
    std::vector<declaration> all;
    for (const auto& one : std::span(found.entries, found.count)) {
        if (one.kind == declared::kind::none) continue;
        all.push_back({.name = std::string(one.name), .kind = one.kind, .connectome = one.connectome});
        if (one.plan != nullptr) all.back().plan.emplace(*one.plan);
    }
    return all;
}

}  // namespace cortexpr::python
