#pragma once
// Curves for TensorBoard: its event files, which are records of a length, a protobuf message (tensorflow.Event) and
// checksums. Only the few fields that scalars need are written.

#include <cortexpr/compiler.hpp>

#include <cortexpr/io/growing_file.hpp>

#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <string_view>

namespace cortexpr::io {

/// One point of a curve.
struct scalar {
    std::string_view tag;  ///< "test/accuracy": what stands before the slash groups curves
    double value = 0;      ///< kept as float32
};

/// TensorBoard shows a folder's files whose names contain "tfevents".
class event_file {
  public:
    /// Replaces the file. \throws file_error
    event_file(std::filesystem::path file, double seconds);

    /// Points at a step; `seconds` since 1970. \throws file_error
    void append(std::int64_t step, double seconds, std::initializer_list<scalar> scalars);

  private:
    growing_file records_;
};

}  // namespace cortexpr::io
