// One reader under libFuzzer: CORTEXPR_FUZZED is its name. Whatever the bytes, it reads or refuses them.

#include "readers.hpp"

#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

using namespace cortexpr::test;

const reader& fuzzed() {
    for (const auto& one : readers())
        if (one.name == std::string_view(CORTEXPR_FUZZED)) return one;
    std::abort();
}

/// A folder in memory, so that no disk takes part.
class memory_folder {
  public:
    memory_folder() : path_("/dev/shm/cortexpr-fuzz-" + std::to_string(::getpid())) {
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

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const memory_folder folder;
    static const auto& reader = fuzzed();
    read_bytes(reader, folder.path(), {reinterpret_cast<const char*>(data), size});
    return 0;
}
