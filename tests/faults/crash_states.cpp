#include "crash_states.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace cortexpr::test {

namespace {

using kind = disk_operation::kind;
using names_of_files = std::map<std::string, int>;

/// A change to one name of the folder.
struct name_change {
    std::string name{};
    int file = -1;               ///< none: the name is removed
    bool is_after_last = false;  ///< only together with the change before it
};

std::vector<name_change> changes_of(const disk_operation& one) {
    switch (one.is) {
        case kind::create:
        case kind::link:
            return {{one.name, one.file}};
        case kind::rename:
            return {{one.name, one.file}, {one.from, -1, true}};
        case kind::remove:
            return {{one.name, -1}};
        default:
            return {};
    }
}

void apply(const name_change& change, names_of_files& names) {
    if (change.file < 0)
        names.erase(change.name);
    else
        names[change.name] = change.file;
}

struct file_content {
    std::string bytes{};      ///< all that were written
    std::size_t durable = 0;  ///< of these, those that were synced
};

/// What may be there of a file.
std::vector<std::string> remains_of(const file_content& file, std::size_t block) {
    const auto size = file.bytes.size(), kept = file.durable;
    if (kept == size) return {file.bytes};
    std::set<std::string> all{file.bytes};
    const auto zeros_from = [&](std::string bytes, std::size_t begin, std::size_t end) {
        std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(begin), bytes.begin() + static_cast<std::ptrdiff_t>(end),
                  '\0');
        return bytes;
    };
    const auto empty = zeros_from(file.bytes, kept, size);
    all.insert(empty);
    for (auto begin = kept; begin < size; begin = (begin / block + 1) * block) {
        const auto end = std::min(size, (begin / block + 1) * block);
        all.insert(file.bytes.substr(0, begin));                      // the length of the whole blocks before
        all.insert(file.bytes.substr(0, begin + (end - begin) / 2));  // a block half written
        all.insert(zeros_from(file.bytes, begin, end));               // all but this block
        all.insert(zeros_from(file.bytes, end, size));                // none from here on, but the length
        auto alone = empty;                                           // this block alone
        std::copy_n(file.bytes.begin() + static_cast<std::ptrdiff_t>(begin), end - begin,
                    alone.begin() + static_cast<std::ptrdiff_t>(begin));
        all.insert(std::move(alone));
    }
    return {all.begin(), all.end()};
}

/// The disk at one moment.
class disk {
  public:
    void take(const disk_operation& one) {
        switch (one.is) {
            case kind::write:
                files_[one.file].bytes += one.bytes;
                break;
            case kind::sync:
                files_[one.file].durable = files_[one.file].bytes.size();
                break;
            case kind::sync_folder:
                for (const auto& change : std::exchange(pending_, {})) apply(change, durable_);
                break;
            case kind::note:
                notes_.push_back(one.bytes);
                break;
            default:
                for (auto& change : changes_of(one)) pending_.push_back(std::move(change));
        }
    }

    const std::vector<std::string>& notes() const { return notes_; }

    /// The folder's names as any choice of the pending changes leaves them.
    std::set<names_of_files> names() const {
        std::set<names_of_files> all;
        for (std::size_t choice = 0; choice < std::size_t{1} << pending_.size(); ++choice) {
            const auto is_chosen = [&](std::size_t change) { return (choice >> change & 1U) != 0; };
            auto left = durable_;
            bool is_possible = true;
            for (std::size_t i = 0; i < pending_.size() && is_possible; ++i) {
                if (!is_chosen(i)) continue;
                is_possible = !pending_[i].is_after_last || is_chosen(i - 1);
                apply(pending_[i], left);
            }
            if (is_possible) all.insert(std::move(left));
        }
        return all;
    }

    /// False where a visit ended in false.
    bool visit(const names_of_files& names, std::size_t block, const std::function<bool(const crash_state&)>& visit) {
        std::map<int, std::vector<std::string>> remains;
        for (const auto& [name, file] : names) remains.try_emplace(file, remains_of(files_[file], block));
        std::map<int, std::size_t> chosen;
        for (const auto& [file, choices] : remains) chosen[file] = 0;
        while (true) {
            crash_state state;
            for (const auto& [name, file] : names) state[name] = remains[file][chosen[file]];
            if (!visit(state)) return false;
            auto next = chosen.begin();
            while (next != chosen.end() && ++next->second == remains[next->first].size()) (next++)->second = 0;
            if (next == chosen.end()) return true;
        }
    }

  private:
    std::map<int, file_content> files_{};
    names_of_files durable_{};
    std::vector<name_change> pending_{};
    std::vector<std::string> notes_{};
};

}  // namespace

std::size_t for_each_crash_state(const disk_trace& trace, std::size_t block, const crash_visitor& visit) {
    disk now;
    std::set<std::vector<std::size_t>> seen;  // by hashes
    const auto once = [&](const crash_state& state) {
        const std::hash<std::string> hash;
        std::vector<std::size_t> key{now.notes().size()};
        for (const auto& [name, content] : state) {
            key.push_back(hash(name));
            key.push_back(hash(content));
        }
        return !seen.insert(std::move(key)).second || visit(state, now.notes());
    };
    for (std::size_t done = 0; done <= trace.size(); ++done) {
        for (const auto& names : now.names())
            if (!now.visit(names, block, once)) return seen.size();
        if (done < trace.size()) now.take(trace[done]);
    }
    return seen.size();
}

crash_state end_of(const disk_trace& trace) {
    std::map<int, std::string> files;
    names_of_files names;
    for (const auto& one : trace) {
        if (one.is == kind::write) files[one.file] += one.bytes;
        for (const auto& change : changes_of(one)) apply(change, names);
    }
    crash_state all;
    for (const auto& [name, file] : names) all[name] = files[file];
    return all;
}

disk_trace without(disk_trace trace, disk_operation::kind sync) {
    std::erase_if(trace, [&](const disk_operation& one) { return one.is == sync; });
    return trace;
}

}  // namespace cortexpr::test
