#include <cortexpr/io/atomic_file.hpp>
#include <cortexpr/io/safetensors.hpp>
#include <cortexpr/train/checkpoint.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <cstddef>
#include <fstream>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace cortexpr {

namespace fs = std::filesystem;

namespace {

/// What is wrong with a checkpoint; empty for a sound one.
std::string fault_of(const fs::path& file) {
    try {
        io::read_safetensors(file);  // every byte has its checksum
        read_checkpoint_head(file);
        return {};
    } catch (const file_error& fault) {
        return fault.what();
    }
}

bool is_there(const fs::path& file) {
    std::error_code ignored;
    return fs::exists(fs::symlink_status(file, ignored));
}

/// For file systems without links. As a file of its own it must be on the disk before the name is its.
void copy_to(const fs::path& file, const fs::path& name) {
    std::ifstream in(file, std::ios::binary);
    io::atomic_file out(name);
    std::vector<char> piece(std::size_t{1} << 20U);
    while (in.read(piece.data(), static_cast<std::streamsize>(piece.size())) || in.gcount() > 0)
        out.write(std::string_view(piece.data(), static_cast<std::size_t>(in.gcount())));
    if (!in.eof()) throw file_error(file.string(), "cannot be read");
    out.commit();
}

/// Gives a file a second name, in place of what has that one.
void name_too(const fs::path& file, const fs::path& name) {
    // Made beside it and moved, so that the name is never without a file.
    const auto passing = fs::path(name).concat(fmt::format(".{}", ::getpid()));
    std::error_code problem;
    fs::remove(passing, problem);
    fs::create_hard_link(file, passing, problem);
    if (problem) return copy_to(file, name);
    fs::rename(passing, name, problem);
    const auto failed = problem;
    // A rename does nothing, and succeeds, where both are names of one file.
    fs::remove(passing, problem);
    if (!failed) return;
    throw file_error(name.string(), fmt::format("can't be made of the last checkpoint ({})", failed.message()));
}

}  // namespace

checkpoint_pair::checkpoint_pair(fs::path newest) : newest_(std::move(newest)), file_(newest_) {}

checkpoint_pair checkpoint_pair::found(fs::path newest) {
    checkpoint_pair pair(std::move(newest));
    const auto fault = fault_of(pair.newest_);
    pair.newest_is_sound_ = fault.empty();
    if (fault.empty()) return pair;
    pair.file_ = previous(pair.newest_);
    if (!is_there(pair.file_)) throw file_error(pair.newest_.string(), fault.substr(pair.newest_.string().size() + 2));
    if (const auto other = fault_of(pair.file_); !other.empty())
        throw file_error(pair.newest_.string(),
                         fmt::format("neither checkpoint of this run is sound: {}; {}", fault, other));
    pair.passed_over_ = fmt::format("{}; the checkpoint before it, {}, is used", fault, pair.file_.filename().string());
    return pair;
}

fs::path checkpoint_pair::previous(const fs::path& newest) {
    return fs::path(newest).replace_extension(".previous" + newest.extension().string());
}

bool checkpoint_pair::any(const fs::path& newest) { return is_there(newest) || is_there(previous(newest)); }

void checkpoint_pair::save(const parameter_set& network, const training_options& options, const training_state& state,
                           const checkpoint_notes& notes) {
    if (newest_is_sound_ && is_there(newest_)) name_too(newest_, previous(newest_));  // a user may have removed it
    save_checkpoint(newest_, network, options, state, notes);
    newest_is_sound_ = true;
}

}  // namespace cortexpr
