#pragma once
// A folder in memory, where no disk takes part.

#include <unistd.h>

#include <filesystem>
#include <string>
#include <system_error>

namespace cortexpr::test {

/// A folder of this process; removed with all it holds at the end.
class memory_folder {
  public:
    explicit memory_folder(const std::string& name)
        : path_("/dev/shm/cortexpr-" + name + "-" + std::to_string(::getpid())) {
        std::filesystem::create_directory(path_);
    }
    memory_folder(const memory_folder&) = delete;
    memory_folder& operator=(const memory_folder&) = delete;
    ~memory_folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

}  // namespace cortexpr::test
