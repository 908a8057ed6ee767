#pragma once
// Recordings, open for reading: the counterpart of sinks.hpp.

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <memory>
#include <string>

namespace cortexpr::workbench {

/// Arrays and the description of one file. \throws file_error from every member
class array_source {
  public:
    array_source() = default;
    array_source(const array_source&) = delete;
    array_source& operator=(const array_source&) = delete;
    virtual ~array_source() = default;

    virtual std::string description() const = 0;
    virtual bool has(const std::string& array) const = 0;
    /// int64 where the file holds whole numbers, else float64.
    virtual at::Tensor array(const std::string& name) const = 0;
};

/// By the end of a file's name, as `sink_for`. \throws file_error
std::unique_ptr<const array_source> source_of(const std::filesystem::path& file);

}  // namespace cortexpr::workbench
