#include "loaded_library.hpp"

#include <dlfcn.h>

#include <filesystem>
#include <system_error>

namespace cortexpr {

void* loaded_library(const char* name) {
    std::error_code problem;
    const auto folder = std::filesystem::read_symlink("/proc/self/exe", problem).parent_path();
    for (const auto& position : {std::filesystem::path(name), folder / name, folder.parent_path() / "lib" / name})
        if (void* library = dlopen(position.c_str(), RTLD_NOW | RTLD_LOCAL); library != nullptr) return library;
    return nullptr;
}

void* symbol_of(void* library, const char* name) { return dlsym(library, name); }

}  // namespace cortexpr
