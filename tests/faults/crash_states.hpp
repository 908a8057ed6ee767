#pragma once
// What a machine that loses power may leave of a folder in which a program was writing.
//
// A disk keeps what fsync was called for, and of the rest any part (the model of Pillai et al., "All file systems are
// not created equal", OSDI 2014): of bytes any blocks, zeros in place of others, or half a block, and a length with or
// without them; of changes to the folder's names any choice, in any order, but for a rename, which puts one name in
// place of another at once.

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace cortexpr::test {

struct disk_operation {
    enum class kind : unsigned char { create, write, sync, link, rename, remove, sync_folder, note };

    kind is = kind::note;
    int file = -1;        ///< by number; files keep theirs when they are renamed
    std::string name{};   ///< in the folder, that the operation makes or removes
    std::string from{};   ///< of rename: the name that is no more
    std::string bytes{};  ///< written at the end of the file; of a note: what a test wants to know later
};

using disk_trace = std::vector<disk_operation>;

/// The content of each file by its name.
using crash_state = std::map<std::string, std::string>;

/// What is told of a state, and the notes that stand in the trace up to there; false: visit no more.
using crash_visitor = std::function<bool(const crash_state& state, const std::vector<std::string>& notes)>;

/// Visits each state in which a loss of power during the trace may leave a folder that was empty before; a state once
/// for the same notes. Returns how many. \param block  bytes that a disk writes at once
std::size_t for_each_crash_state(const disk_trace& trace, std::size_t block, const crash_visitor& visit);

/// The folder after the whole trace, without a loss.
crash_state end_of(const disk_trace& trace);

/// The trace of a program that doesn't call fsync there.
disk_trace without(disk_trace trace, disk_operation::kind sync);

}  // namespace cortexpr::test
