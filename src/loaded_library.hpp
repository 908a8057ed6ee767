#pragma once
// Libraries of cortexpr's own that nothing links, because a machine may lack what they need.

namespace cortexpr {

/// A library by its file name, from wherever the loader looks, the program's folder, or the folder lib beside that.
/// Null where it can't be loaded; dlerror() then says why.
void* loaded_library(const char* name);

/// A function of a library; null where it has none of that name.
void* symbol_of(void* library, const char* name);

/// As what its declaration says: function_of<decltype(&declared)>(library, "declared").
template <class Function>
Function function_of(void* library, const char* name) {
    return reinterpret_cast<Function>(symbol_of(library, name));
}

}  // namespace cortexpr
