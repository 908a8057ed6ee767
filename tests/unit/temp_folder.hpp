#pragma once
// A folder of a test's own, and small helpers to fill and read files.

#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace cortexpr::test {

/// A fresh folder, removed with all it holds at the end of the test.
class temp_folder {
  public:
    temp_folder() {
        auto pattern = (std::filesystem::path(CORTEXPR_TEST_TEMP_DIR) / "files-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder " + pattern);
        path_ = pattern;
    }
    temp_folder(const temp_folder&) = delete;
    temp_folder& operator=(const temp_folder&) = delete;
    ~temp_folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    const std::filesystem::path& path() const noexcept { return path_; }
    std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

    /// Names of everything in the folder, hidden files too.
    std::size_t entries() const {
        return static_cast<std::size_t>(
            std::distance(std::filesystem::directory_iterator(path_), std::filesystem::directory_iterator()));
    }

  private:
    std::filesystem::path path_;
};

inline void put(const std::filesystem::path& file, std::string_view bytes) {
    // Some file systems bring a file that is truncated and written again to the disk at once, which is slow.
    std::filesystem::remove(file);
    std::ofstream out(file, std::ios::binary);
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!out.flush()) throw std::runtime_error("cannot write " + file.string());
}

inline std::string contents(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) throw std::runtime_error("cannot read " + file.string());
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// The message of the exception of type `Error` that `call` throws; empty when it throws none.
template <typename Error, typename Call>
std::string message_of(Call call) {
    try {
        call();
    } catch (const Error& fault) {
        return fault.what();
    }
    return {};
}

/// Whether a message is one line that names the file and says something about it.
inline bool is_sentence_about(const std::string& message, const std::filesystem::path& file) {
    return message.starts_with(file.string() + ": ") && message.size() > file.string().size() + 10 &&
           message.find('\n') == std::string::npos;
}

inline bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace cortexpr::test
