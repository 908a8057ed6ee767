#include "run_json.hpp"

#include "../io/input_file.hpp"
#include "../io/json_bounds.hpp"

#include <cortexpr/error.hpp>

#include <string_view>
#include <system_error>

namespace cortexpr::workbench {

nlohmann::json json_in(const std::filesystem::path& file) {
    constexpr std::string_view log = "epochs";
    const auto text = io::input_file(file).text();
    if (const auto fault = io::json_beyond(text, {.bytes = io::any_bytes, .left_out = log}); !fault.empty())
        throw file_error(file.string(), fault);
    auto read = nlohmann::json::parse(text, io::json_without(log), /*allow_exceptions=*/false);
    if (!read.is_object()) throw file_error(file.string(), "is no JSON that a run or perturb has written");
    return read;
}

std::optional<nlohmann::json> json_if_any(const std::filesystem::path& file) {
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(file, ignored)) return std::nullopt;
    try {
        return json_in(file);
    } catch (const file_error&) {
        return std::nullopt;
    }
}

}  // namespace cortexpr::workbench
