#pragma once
// Declarations out of a shared library (cortexpr/declared.hpp).

#include <cortexpr/declared.hpp>
#include <cortexpr/plan/connectome.hpp>
#include <cortexpr/plan/stored.hpp>

#include <optional>
#include <string>
#include <vector>

namespace cortexpr::python {

struct declaration {
    std::string name;
    declared::kind kind;
    std::optional<plan::stored_network> plan{};
    const plan::connectome* connectome = nullptr;  ///< in the library; a connectome has this, all others have a plan
};

/// The declarations that a library holds, in their order. It stays loaded. Messages name it `called`.
/// \throws file_error  it can't be loaded, or holds none that this program can read
std::vector<declaration> load_declarations(const std::string& path, const std::string& called);

}  // namespace cortexpr::python
