#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace cortexpr::describe {

/// The description of a connectome as its declaration in C++. \throws nlohmann::json::exception  it lacks something
/// \throws usage_error  it names a cell type that isn't there
std::string connectome_to_cpp(const nlohmann::ordered_json& description);

}  // namespace cortexpr::describe
