#pragma once
// The inverse of describe.hpp: a network from its description, at run time. It runs without a type
// (module/stored_module.hpp).

#include <cortexpr/compiler.hpp>

#include <cortexpr/plan/stored.hpp>

#include <nlohmann/json_fwd.hpp>

#include <filesystem>

namespace cortexpr::describe {

/// The network that to_json describes: the same plan, name for name. "kind" and "reference" are not read. The rules of
/// check/ are those of a declaration in C++; a user's nonlinearity is code, and so refused.
/// \throws usage_error  something is missing, is no value of its kind or breaks a rule; the text says where, as a JSON
///                      pointer, and what to do
plan::stored_network read(const nlohmann::ordered_json& description);

/// The network described in a file.
/// \throws file_error  the file can't be read, is no JSON, or as above
plan::stored_network read_file(const std::filesystem::path& path);

}  // namespace cortexpr::describe
