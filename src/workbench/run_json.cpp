#include "run_json.hpp"

#include "../io/input_file.hpp"
#include "../io/json_bounds.hpp"

#include <cortexpr/error.hpp>

#include <string_view>

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

}  // namespace cortexpr::workbench
