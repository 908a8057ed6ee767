#pragma once
// Every exception that cortexpr throws derives from cortexpr::error; its text is one sentence: what, where, what to do.

#include <cortexpr/compiler.hpp>

#include <stdexcept>
#include <string>

namespace cortexpr {

/// Base of all errors of this library.
class error : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// A tensor, option or request that does not fit the declared network (shape, dtype, device, number of steps).
class usage_error : public error {
  public:
    using error::error;
};

/// A file that is missing, unreadable, malformed, or does not fit what was asked of it. The text names the file.
class file_error : public error {
  public:
    /// `what` is the sentence without the file, which goes before it.
    file_error(std::string path, const std::string& what) : error(path + ": " + what), path_(std::move(path)) {}
    /// The file the text is about.
    const std::string& path() const noexcept { return path_; }

  private:
    std::string path_;
};

}  // namespace cortexpr
