// A machine that loses power while a run saves checkpoints and models: whatever the disk kept, the last one that was
// saved is read, or the one that was being saved, and never a mix of both.

#include "small_run.hpp"
#include "system_calls.hpp"

#include "catch.hpp"
#include "memory_folder.hpp"
#include "temp_folder.hpp"

#include <cortexpr/io/pytorch.hpp>
#include <cortexpr/io/tensor_file.hpp>

#include <ATen/core/grad_mode.h>
#include <fmt/format.h>
#include <torch/types.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace {

using namespace cortexpr;
using namespace cortexpr::test;
using kind = disk_operation::kind;

constexpr const char* newest = "checkpoint.safetensors";
constexpr const char* previous = "checkpoint.previous.safetensors";

// What is there of a file. Generations are 1, 2, ...
constexpr int nothing = 0, refused = -1, mixed = -2;

/// All numbers of a generation are the same, so that a part of another one shows.
float number_of(int generation) { return 1.0F + static_cast<float>(generation) / 16; }

void become(int generation) {
    const at::NoGradGuard no_gradients;
    for (std::size_t i = 0; i < small().declared_parameters().size(); ++i)
        small().parameter(static_cast<int>(i)).fill_(number_of(generation));
}

/// The generation whose numbers all parameters have.
int generation_now() {
    const auto first = small().parameter(0).flatten()[0].item<float>();
    const int generation = static_cast<int>((first - 1) * 16);
    for (std::size_t i = 0; i < small().declared_parameters().size(); ++i)
        if (!(small().parameter(static_cast<int>(i)) == number_of(generation)).all().item<bool>()) return mixed;
    return generation;
}

template <class Read>
int generation_of(const std::filesystem::path& file, Read read) {
    if (!std::filesystem::exists(file)) return nothing;
    try {
        return read(file);
    } catch (const file_error&) {
        return refused;
    }
}

/// As `train --resume` finds it.
int checkpoint_in(const std::filesystem::path& folder) {
    if (!checkpoint_pair::any(folder / newest)) return nothing;
    try {
        const int epochs = load_checkpoint(checkpoint_pair::found(folder / newest).file(), small()).epochs;
        return epochs == generation_now() ? epochs : mixed;
    } catch (const file_error&) {
        return refused;
    }
}

int model_in(const std::filesystem::path& folder) {
    return generation_of(folder / "model.safetensors", [](const auto& file) {
        small().load(file.string());
        return generation_now();
    });
}

int exported_in(const std::filesystem::path& folder) {
    return generation_of(folder / "model.pt", [](const auto& file) {
        const auto read = io::read_pytorch(file);
        std::vector<float> numbers(read.tensors().at(0).bytes.size() / sizeof(float));
        std::memcpy(numbers.data(), read.tensors()[0].bytes.data(), read.tensors()[0].bytes.size());
        const int generation = static_cast<int>((numbers.at(0) - 1) * 16);
        return std::ranges::count(numbers, number_of(generation)) == std::ssize(numbers) ? generation : mixed;
    });
}

/// What is written, and how it is read. A note "writer begins 3" stands before the third time, "writer ends 3" after
/// it.
struct writer {
    std::string name;
    std::function<void(const std::filesystem::path& folder, int generation)> write;
    std::function<int(const std::filesystem::path& folder)> read;
};

std::vector<writer> writers(checkpoint_pair& pair) {
    return {{"checkpoint", [&pair](const auto&, int generation) { pair.save(small(), {}, after(generation)); },
             checkpoint_in},
            {"model", [](const auto& folder, int) { small().save((folder / "model.safetensors").string()); }, model_in},
            {"export",
             [](const auto& folder, int generation) {
                 const std::vector<float> numbers(1000, number_of(generation));
                 const io::tensor_record record{"w", io::dtype::f32, {1000}, std::as_bytes(std::span(numbers))};
                 io::write_pytorch(folder / "model.pt", std::span(&record, 1));
             },
             exported_in}};
}

/// What the disk is asked while a run saves a number of times.
disk_trace recorded(int generations) {
    const temp_folder folder;
    checkpoint_pair pair(folder / newest);
    disk_trace trace;
    record_operations(trace, folder.path().string());
    for (int generation = 1; generation <= generations; ++generation) {
        become(generation);
        for (const auto& one : writers(pair)) {
            const auto note = [&](const char* what) {
                trace.push_back({.is = kind::note, .bytes = one.name + what + std::to_string(generation)});
            };
            note(" begins ");
            one.write(folder.path(), generation);
            note(" ends ");
        }
    }
    stop_recording();
    // The trace is all that happened.
    const auto end = end_of(trace);
    CHECK(end.size() == folder.entries());
    for (const auto& [name, content] : end) CHECK(contents(folder / name) == content);
    return trace;
}

/// The last generation of which the notes say this; 0: none.
int last(const std::vector<std::string>& notes, const std::string& what) {
    int generation = 0;
    for (const auto& note : notes)
        if (note.starts_with(what)) generation = std::stoi(note.substr(what.size()));
    return generation;
}

struct outcome {
    std::size_t states = 0, continued = 0;
    std::size_t violations = 0;
    std::string first{};  ///< violation
};

/// \param every  in one of this many states the run is continued; 0: only up to the first violation, and in none
outcome replay(const disk_trace& trace, std::size_t block, std::size_t every) {
    const memory_folder disks("power");
    const auto folder = disks.path() / "disk";
    checkpoint_pair unused(folder / newest);
    const auto all = writers(unused);
    outcome found;
    std::size_t number = 0;
    const auto blame = [&](const std::vector<std::string>& notes, const std::string& what, int got) {
        if (found.violations++ == 0)
            found.first = fmt::format("{} is {} after \"{}\"", what, got, notes.empty() ? "" : notes.back());
    };
    const auto look = [&](const std::vector<std::string>& notes) {
        for (const auto& one : all) {
            const int begun = last(notes, one.name + " begins "), ended = last(notes, one.name + " ends ");
            const int got = one.read(folder);
            if (got != begun && got != ended) blame(notes, one.name, got);
        }
        const int saved = last(notes, "checkpoint ends ");
        if (saved == 0) return;
        if (every != 0 && number++ % every == 0 && checkpoint_in(folder) > 0) {
            // A run goes on from there, whatever else lies about.
            auto pair = checkpoint_pair::found(folder / newest);
            become(40);
            pair.save(small(), {}, after(40));
            if (const int got = checkpoint_in(folder); got != 40) blame(notes, "the continued checkpoint", got);
            ++found.continued;
        } else {
            // The checkpoint before is sound, too: the newest may be damaged later.
            std::filesystem::remove(folder / newest);
            const int got = checkpoint_in(folder);
            if (got != saved && got != saved - 1) blame(notes, "the checkpoint before", got);
        }
    };
    found.states = for_each_crash_state(trace, block, [&](const crash_state& state, const auto& notes) {
        std::filesystem::remove_all(folder);
        std::filesystem::create_directory(folder);
        for (const auto& [name, content] : state) put(folder / name, content);
        look(notes);
        return every != 0 || found.violations == 0;
    });
    return found;
}

}  // namespace

TEST_CASE("after a loss of power the last save is there, or the one that was under way", "[power]") {
    for (const bool has_links : {true, false}) {
        refuse_links(!has_links);
        const auto trace = recorded(is_long() ? 5 : 2);
        refuse_links(false);
        const auto found = is_long() ? replay(trace, 512, 20) : replay(trace, 2048, 40);
        const auto figures =
            fmt::format("{} links: {} operations, {} states, {} violations; continued from {}",
                        has_links ? "with" : "without", trace.size(), found.states, found.violations, found.continued);
        INFO(figures);
        INFO(found.first);
        if (is_long()) WARN(figures);
        CHECK(found.states >= 500);
        CHECK(found.continued >= 5);
        CHECK(found.violations == 0);
    }
}

TEST_CASE("a writer that doesn't call fsync is found out", "[power]") {
    const auto trace = recorded(1);
    CHECK(replay(trace, 4096, 0).violations == 0);
    // Names that are there before what they name, or that never came to the disk.
    for (const auto sync : {kind::sync, kind::sync_folder}) {
        const auto found = replay(without(trace, sync), 4096, 0);
        INFO(found.first);
        CHECK(found.violations == 1);
    }
}

TEST_CASE("crash states are those that a disk may leave", "[power]") {
    const auto states_of = [](const disk_trace& trace) {
        std::vector<crash_state> all;
        for_each_crash_state(trace, 2,
                             [&](const crash_state& state, const auto&) { return all.push_back(state), true; });
        return all;
    };
    const auto has = [](const std::vector<crash_state>& all, const crash_state& state) {
        return std::ranges::find(all, state) != all.end();
    };
    disk_trace trace{{.is = kind::create, .file = 0, .name = "a"}, {.is = kind::write, .file = 0, .bytes = "wxyz"}};
    auto all = states_of(trace);
    CHECK(has(all, {}));
    for (const auto* content : {"", "w", "wx", "wxy", "wxyz"}) CHECK(has(all, {{"a", content}}));
    using namespace std::string_literals;
    for (const auto& content : {"\0\0\0\0"s, "wx\0\0"s, "\0\0yz"s}) CHECK(has(all, {{"a", content}}));
    CHECK(all.size() == 9);
    trace.push_back({.is = kind::sync, .file = 0});
    trace.push_back({.is = kind::rename, .file = 0, .name = "b", .from = "a"});
    trace.push_back({.is = kind::sync_folder});
    trace.push_back({.is = kind::note, .bytes = "after"});
    all = states_of(trace);
    CHECK(has(all, {{"a", "wxyz"}, {"b", "wxyz"}}));
    int later = 0;
    for_each_crash_state(trace, 2, [&](const crash_state& state, const auto& notes) {
        if (notes.empty()) return true;
        ++later;
        CHECK(state == crash_state{{"b", "wxyz"}});
        return true;
    });
    CHECK(later == 1);
}
