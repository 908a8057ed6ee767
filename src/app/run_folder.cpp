#include "run_folder.hpp"

#include <cortexpr/error.hpp>
#include <cortexpr/io/atomic_file.hpp>

#include <fmt/format.h>

#include <system_error>

namespace cortexpr::application {

namespace fs = std::filesystem;

namespace {

/// Makes a folder with all those above; false if it was there. \throws file_error
bool make_folder(const fs::path& folder) {
    std::error_code problem;
    const bool made = fs::create_directories(folder, problem);
    if (problem) throw file_error(folder.string(), fmt::format("can't make this folder ({})", problem.message()));
    return made;
}

bool holds_a_run(const run_folder& folder) {
    for (const auto& file : {folder.model(), folder.checkpoint(), folder.curves(), folder.summary()})
        if (fs::exists(fs::symlink_status(file))) return true;
    return false;
}

}  // namespace

void require_writable(const fs::path& file) {
    const io::atomic_file attempt(file);  // makes a temporary file and, being dropped, removes it
}

run_folder new_run_folder(const std::optional<std::string>& wanted, const std::string& program) {
    run_folder folder;
    if (wanted) {
        folder.path = *wanted;
        make_folder(folder.path);
        if (holds_a_run(folder))
            throw file_error(*wanted, "holds a run already; choose another --out, or continue it with --resume");
    } else {
        make_folder("runs");
        int number = 1;
        do {
            folder.path = fs::path("runs") / fmt::format("{}-{}", program, number++);
        } while (!make_folder(folder.path));
    }
    require_writable(folder.model());
    return folder;
}

run_folder existing_run_folder(const std::string& folder) {
    run_folder result{folder};
    if (!fs::exists(result.checkpoint()))
        throw file_error(folder, "holds no checkpoint.safetensors to continue from; give the folder of a run");
    require_writable(result.model());
    return result;
}

}  // namespace cortexpr::application
