#pragma once
// The text of JSON in which a checkpoint describes its run. Its log grows with the run, and a tree of it would take
// many times the memory of the text: it is taken record by record. No LibTorch here.

#include <cortexpr/train/training_log.hpp>

#include <nlohmann/json.hpp>

#include <filesystem>
#include <string_view>

namespace cortexpr {

inline constexpr int checkpoint_version = 2;

/// Members of the description, and where the log is in it.
namespace run_member {
inline constexpr std::string_view state = "state", intervals = "intervals", epochs = "epoch_records",
                                  fits = "test_fits";
}

struct run_text {
    nlohmann::json run;  ///< its lists of records are empty
    training_log log;
};

/// `file` is named in errors: file_error for a text that isn't sound, is of another version, or would take more memory
/// than the bounds of io/json_bounds.hpp beside its log.
run_text read_run_text(const std::filesystem::path& file, std::string_view text);

/// The same without the member `state`.
nlohmann::json read_run_head(const std::filesystem::path& file, std::string_view text);

/// Throws file_error.
[[noreturn]] void malformed(const std::filesystem::path& file, const nlohmann::json::exception& problem);

}  // namespace cortexpr
