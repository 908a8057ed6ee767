// Two generations of checkpoints, and every call that writes them failing in turn.

#include "small_run.hpp"
#include "system_calls.hpp"

#include "catch.hpp"
#include "temp_folder.hpp"

#include <sys/resource.h>
#include <torch/types.h>

#include <cerrno>
#include <csignal>

namespace {

using namespace cortexpr;
using cortexpr::test::after;
using cortexpr::test::contains;
using cortexpr::test::contents;
using cortexpr::test::message_of;
using cortexpr::test::small;
using cortexpr::test::temp_folder;

/// The epochs of the run that would be continued.
int epochs_in(const std::filesystem::path& file) {
    return load_checkpoint(checkpoint_pair::found(file).file(), small()).epochs;
}

void damage(const std::filesystem::path& file) {
    auto bytes = contents(file);
    bytes.back() = static_cast<char>(bytes.back() ^ 1);  // a number, and no part of the header
    test::put(file, bytes);
}

}  // namespace

TEST_CASE("of two checkpoints the newest that is sound is used, and the other named", "[checkpoint]") {
    const temp_folder folder;
    const auto newest = folder / "checkpoint.safetensors", previous = folder / "checkpoint.previous.safetensors";
    checkpoint_pair pair(newest);
    pair.save(small(), {}, after(1));
    CHECK(folder.entries() == 1);
    pair.save(small(), {}, after(2));
    CHECK(folder.entries() == 2);
    CHECK(epochs_in(newest) == 2);
    CHECK(load_checkpoint(previous, small()).epochs == 1);
    CHECK(checkpoint_pair::found(newest).passed_over().empty());
    const auto good = contents(newest);

    damage(newest);
    const auto found = checkpoint_pair::found(newest);
    CHECK(found.file() == previous);
    CHECK(contains(found.passed_over(), newest.string() + ": is corrupt"));
    CHECK(contains(found.passed_over(), "; the checkpoint before it, checkpoint.previous.safetensors, is used"));
    CHECK(epochs_in(newest) == 1);
    // The sound one is kept while the next is written over the damaged one.
    auto continued = found;
    continued.save(small(), {}, after(3));
    CHECK(load_checkpoint(previous, small()).epochs == 1);
    CHECK(epochs_in(newest) == 3);
    continued.save(small(), {}, after(4));
    CHECK(load_checkpoint(previous, small()).epochs == 3);

    std::filesystem::remove(newest);
    CHECK(epochs_in(newest) == 3);
    CHECK(checkpoint_pair::any(newest));
    test::put(newest, good.substr(0, good.size() / 2));
    damage(previous);
    const auto message = message_of<file_error>([&] { checkpoint_pair::found(newest); });
    CHECK(contains(message, "neither checkpoint of this run is sound"));
    CHECK(contains(message, previous.string() + ": is corrupt"));
    CHECK(message.find('\n') == std::string::npos);
    std::filesystem::remove(newest);
    std::filesystem::remove(previous);
    CHECK_FALSE(checkpoint_pair::any(newest));
    CHECK(contains(message_of<file_error>([&] { checkpoint_pair::found(newest); }), "cannot be opened"));
}

TEST_CASE("whichever call fails while a checkpoint is written, a run can be continued", "[checkpoint]") {
    const temp_folder folder;
    const auto newest = folder / "checkpoint.safetensors";
    checkpoint_pair pair(newest);
    pair.save(small(), {}, after(1));
    pair.save(small(), {}, after(2));
    int calls = test::changing_calls();
    pair.save(small(), {}, after(3));
    calls = test::changing_calls() - calls;
    REQUIRE(calls > 20);
    int saved = 3, kept = 0;
    for (const int reason : {ENOSPC, EIO, EDQUOT, EROFS}) {
        for (int call = 0; call < calls; ++call) {
            INFO("call " << call << ", reason " << reason);
            test::fail_after(call, reason);
            const auto message = message_of<file_error>([&] { pair.save(small(), {}, after(saved + 1)); });
            test::fail_after(-1, 0);
            const int found = epochs_in(newest);
            // Old or new, and new where nothing was reported. (A hard link that can't be made is a copy then.)
            CHECK((found == saved || found == saved + 1));
            if (message.empty()) CHECK(found == saved + 1);
            if (found == saved) ++kept;
            CHECK(folder.entries() == 2);
            saved = found;
        }
    }
    CHECK(kept >= 4 * (calls - 5));
    pair.save(small(), {}, after(saved + 1));  // and once it can be written, it is
    CHECK(epochs_in(newest) == saved + 1);
}

TEST_CASE("a file system that is full leaves the checkpoints that are there", "[checkpoint]") {
    const temp_folder folder;
    const auto newest = folder / "checkpoint.safetensors";
    checkpoint_pair pair(newest);
    pair.save(small(), {}, after(1));
    const auto before = contents(newest);
    std::signal(SIGXFSZ, SIG_IGN);  // write then reports EFBIG
    struct rlimit usual {};
    ::getrlimit(RLIMIT_FSIZE, &usual);
    for (const rlim_t most : {rlim_t{0}, rlim_t{100}, rlim_t{before.size() - 1}}) {
        const struct rlimit low { most, usual.rlim_max };
        ::setrlimit(RLIMIT_FSIZE, &low);
        const auto message = message_of<file_error>([&] { pair.save(small(), {}, after(2)); });
        ::setrlimit(RLIMIT_FSIZE, &usual);
        CHECK(contains(message, "cannot be written (File too large)"));
        CHECK(contents(newest) == before);
    }
    CHECK(epochs_in(newest) == 1);
}
