#include "../io/input_file.hpp"
#include "../io/json_bounds.hpp"
#include "sources.hpp"

#include <cortexpr/error.hpp>
#include <cortexpr/workbench/record.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace cortexpr::workbench {

recording_file::recording_file(const std::filesystem::path& file) : path_(file), source_(source_of(file)) {
    description_ = source_->description();
    if (const auto fault = io::json_beyond(description_); !fault.empty())
        throw file_error(file.string(), "its description " + fault);
    const auto read = nlohmann::ordered_json::parse(description_, nullptr, false);
    if (!read.is_object() || !read.contains("format") || read["format"] != "cortexpr recording" ||
        !read.contains("arrays") || !read["arrays"].is_object())
        throw file_error(file.string(), "is no recording: its description says nothing of arrays");
    for (const auto& [name, entry] : read["arrays"].items()) {
        const auto is_text = [&one = entry](const char* key) { return !one.contains(key) || one[key].is_string(); };
        if (!entry.is_object() || !is_text("of") || !is_text("steps"))
            throw file_error(file.string(), fmt::format("is no recording: its description says of the array {} what "
                                                        "cortexpr never wrote",
                                                        io::shown_name(name)));
        names_.push_back(name);
    }
    for (const auto* name : {"images", "labels", "targets"})
        if (source_->has(name)) names_.emplace_back(name);
}

at::Tensor recording_file::array(const std::string& name) const { return source_->array(name); }

}  // namespace cortexpr::workbench
