#include "run_folder.hpp"

#include "../io/input_file.hpp"

#include <cortexpr/error.hpp>
#include <cortexpr/io/atomic_file.hpp>
#include <cortexpr/io/folders.hpp>
#include <cortexpr/train/checkpoint.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>
#include <system_error>
#include <utility>

namespace cortexpr::application {

namespace fs = std::filesystem;

namespace {

constexpr const char* lock_name = ".lock";

bool is_there(const fs::path& file) { return fs::exists(fs::symlink_status(file)); }

/// The files in which a run describes itself. Those of `begun` are there before anything is saved.
constexpr std::array<std::string_view, 4> begun{run_file::settings, run_file::curves, run_file::curve_lines,
                                                run_file::events};
constexpr std::array<std::string_view, 2> saved{run_file::plot, run_file::summary};

bool is_begun(std::string_view name) { return std::ranges::find(begun, name) != begun.end(); }
bool describes_a_run(std::string_view name) { return is_begun(name) || std::ranges::find(saved, name) != saved.end(); }

/// The names of all that a run writes into its folder.
std::vector<std::string> files_of_a_run() {
    std::vector<std::string> all{run_file::model, run_file::checkpoint,
                                 checkpoint_pair::previous(run_file::checkpoint).string()};
    all.insert(all.end(), begun.begin(), begun.end());
    all.insert(all.end(), saved.begin(), saved.end());
    return all;
}

bool has_name_of_a_run(const std::string& name) {
    const auto all = files_of_a_run();
    return std::ranges::find(all, name) != all.end();
}

bool is_left_lock(const fs::path& lock) {
    std::error_code ignored;
    return fs::is_regular_file(fs::symlink_status(lock, ignored)) && fs::file_size(lock, ignored) == 0;
}

/// A lock that was left where a run ended too suddenly to remove it: it is empty. \throws file_error  another file
bool holds_left_lock(const fs::path& folder) {
    const auto lock = folder / lock_name;
    if (!is_there(lock)) return false;
    if (is_left_lock(lock)) return true;
    throw file_error(folder.string(), fmt::format("holds a file {} that is no run's; choose another --out", lock_name));
}

/// A file of a run that one begun in this folder would replace; empty where there is none. What a run has left that was
/// ended before it saved anything (`was_begun`) is written anew.
std::string in_the_way(const fs::path& folder, bool was_begun) {
    for (const auto& name : files_of_a_run())
        if (is_there(folder / name) && !(was_begun && is_begun(name))) return name;
    return {};
}

bool can_be_continued(const fs::path& checkpoint) {
    try {
        checkpoint_pair::found(checkpoint);
        return true;
    } catch (const file_error&) {
        return false;
    }
}

/// Why a folder without a checkpoint isn't continued, and what can be done instead.
std::string without_checkpoint(const fs::path& folder) {
    const bool was_begun = is_left_lock(folder / lock_name);
    std::error_code ignored;
    const auto left = in_the_way(folder, was_begun);
    if (left.empty() && (was_begun || fs::is_empty(folder, ignored)))
        return fmt::format("holds no {} to continue from; a run that saved nothing is begun anew by train --out {}",
                           run_file::checkpoint, folder.string());
    if (left.empty())
        return fmt::format("holds no {}, nor another file of a run; give the folder of one", run_file::checkpoint);
    const auto model = folder / run_file::model;
    return fmt::format("holds no {} any more, so its run can't be continued{}; train anew with another --out",
                       run_file::checkpoint, is_there(model) ? fmt::format(" (its model is {})", model.string()) : "");
}

/// Whether a file that is open has this name still.
bool is_named(int descriptor, const fs::path& name) {
    struct stat held {
    }, named{};
    return ::fstat(descriptor, &held) == 0 && ::stat(name.c_str(), &named) == 0 && held.st_ino == named.st_ino &&
           held.st_dev == named.st_dev;
}

}  // namespace

void require_no_other_file(const fs::path& given, const char* meant, const char* what) {
    const auto name = given.filename().string();
    // What is said of a checkpoint that is given as a model names it for what it is.
    if (meant == std::string_view(run_file::model) && !describes_a_run(name)) return;
    const auto right = given.parent_path() / meant;
    if (name != meant && has_name_of_a_run(name) && is_there(right))
        throw file_error(given.string(), fmt::format("is another file of a run; its {} is {}", what, right.string()));
}

void require_no_file_of_another_kind(const fs::path& given, const char* what) {
    const auto name = given.filename().string();
    if (name != run_file::settings && has_name_of_a_run(name) && is_there(given.parent_path() / run_file::settings))
        throw file_error(given.string(), fmt::format("is a file of a run, and no {}", what));
}

void require_writable(const fs::path& file) {
    std::error_code ignored;
    if (fs::is_fifo(file, ignored)) return;
    const io::atomic_file attempt(file);  // makes a temporary file and, being dropped, removes it
}

bool is_same_file(const fs::path& one, const fs::path& other) {
    std::error_code ignored;
    if (fs::exists(one, ignored)) return fs::is_regular_file(one, ignored) && fs::equivalent(one, other, ignored);
    const auto full = [&ignored](const fs::path& file) { return fs::weakly_canonical(fs::absolute(file), ignored); };
    return full(one) == full(other);
}

void require_no_file_of_a_run(const fs::path& file) {
    const auto folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
    const auto checkpoint = folder / run_file::checkpoint, own = folder / file.filename();
    const bool is_of_run =
        own == checkpoint || own == checkpoint_pair::previous(checkpoint) || describes_a_run(file.filename().string());
    if (is_of_run && checkpoint_pair::any(checkpoint) && is_there(file))
        throw file_error(file.string(), fmt::format("is a file of the run in {}; give another name", folder.string()));
}

void run_folder::require_not_of_run(const fs::path& file) const {
    for (const auto& own : files_of_a_run())
        if (is_same_file(file, path_ / own))
            throw file_error(file.string(), "is a file that the run itself writes; give another name");
}

run_folder::run_folder(fs::path path, std::vector<fs::path> made) : path_(std::move(path)), made_(std::move(made)) {
    lock();
}

run_folder::run_folder(run_folder&& other) noexcept
    : path_(std::move(other.path_)),
      made_(std::move(other.made_)),
      is_new_(other.is_new_),
      was_begun_(other.was_begun_),
      lock_(std::exchange(other.lock_, -1)),
      held_(std::exchange(other.held_, -1)) {}

fs::path run_folder::lock_file() const { return path_ / lock_name; }

bool run_folder::is_own() const {
    if (lock_ < 0 || is_named(lock_, lock_file())) return true;
    struct stat held {};
    if (::fstat(lock_, &held) != 0) return true;
    // The lock alone was removed, and the folder is the one that was taken.
    return held.st_nlink == 0 && !is_there(lock_file()) && (held_ < 0 || is_named(held_, path_));
}

void run_folder::require_own() const {
    if (is_own()) return;
    std::error_code unknown;
    const auto now = fs::read_symlink(fmt::format("/proc/self/fd/{}", lock_), unknown);
    const bool is_elsewhere = !unknown && fs::exists(now);
    const bool can_go_on = is_elsewhere && checkpoint_pair::any(now.parent_path() / run_file::checkpoint);
    throw file_error(
        path_.string(),
        fmt::format("isn't the folder of this run any more, which was {} while it trained; nothing more is "
                    "saved{}",
                    is_elsewhere ? "moved" : "removed",
                    can_go_on ? fmt::format(", and it goes on with --resume {}", now.parent_path().string())
                              : "; train anew with another --out"));
}

run_folder::~run_folder() {
    if (lock_ < 0) return;
    if (is_own()) leave();  // else what stands there is another's
    if (held_ >= 0) ::close(held_);
    ::close(lock_);
}

void run_folder::leave() const {
    // Removed while it is locked: who waits for it finds that it is no longer the folder's.
    std::error_code ignored;
    const bool has_saved = is_there(model()) || checkpoint_pair::any(checkpoint());
    if (has_saved || !was_begun_) fs::remove(lock_file(), ignored);
    if (!has_saved) {
        if (is_new_)
            for (const auto file : begun) fs::remove(path_ / file, ignored);
        io::remove_folders(made_);
    }
}

void run_folder::lock() {
    for (;;) {
        lock_ = ::open(lock_file().c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
        if (lock_ < 0) throw file_error(path_.string(), fmt::format("can't be written ({})", io::system_reason(errno)));
        if (::flock(lock_, LOCK_EX | LOCK_NB) != 0) {
            const int reason = errno;
            ::close(std::exchange(lock_, -1));
            if (reason == EINTR) continue;
            // Some network file systems know no locks; a run there is as safe as without them.
            if (reason != EWOULDBLOCK) return;
            throw file_error(path_.string(),
                             "another program is training into this folder; choose another --out, or wait for its end");
        }
        // The one who held the lock before may have removed the file in the meantime.
        if (is_named(lock_, lock_file())) {
            held_ = ::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
            return;
        }
        ::close(std::exchange(lock_, -1));
    }
}

run_folder run_folder::make(const std::optional<std::string>& wanted, const std::string& program) {
    if (!wanted) {
        for (int number = 1;; ++number) {
            const auto path = fs::path("runs") / fmt::format("{}-{}", program, number);
            auto made = io::make_folders(path);
            if (made.empty() || made.back() != path) continue;
            run_folder folder(path, std::move(made));
            folder.is_new_ = true;
            return folder;
        }
    }
    const bool was_begun = holds_left_lock(*wanted);
    run_folder folder(*wanted, io::make_folders(*wanted));
    if (checkpoint_pair::any(folder.checkpoint()))
        throw file_error(*wanted, can_be_continued(folder.checkpoint())
                                      ? fmt::format("holds a run already; choose another --out, or continue it with "
                                                    "--resume {}",
                                                    *wanted)
                                      : "holds a run already, whose checkpoints are damaged; choose another --out");
    if (const auto name = in_the_way(folder.path(), was_begun); !name.empty())
        throw file_error(*wanted,
                         fmt::format("holds {} already, which this run would replace; choose another --out", name));
    folder.was_begun_ = was_begun;
    folder.is_new_ = !was_begun;
    require_writable(folder.model());
    return folder;
}

run_folder run_folder::continued(const std::string& path) {
    std::error_code ignored;
    if (!fs::exists(path, ignored)) throw file_error(path, "isn't there; give the folder of a run");
    if (!fs::is_directory(path, ignored)) {
        const auto parent = fs::path(path).has_parent_path() ? fs::path(path).parent_path() : fs::path(".");
        if (!checkpoint_pair::any(parent / run_file::checkpoint) && !is_there(parent / run_file::model))
            throw file_error(path, "is no folder; give that of a run");
        throw file_error(path, fmt::format("is a file; give the folder of a run, as --resume {}", parent.string()));
    }
    if (!checkpoint_pair::any(fs::path(path) / run_file::checkpoint)) throw file_error(path, without_checkpoint(path));
    run_folder folder(path, {});
    require_writable(folder.model());
    return folder;
}

}  // namespace cortexpr::application
