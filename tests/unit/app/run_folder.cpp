// The folder of a run: whose it is, what stands in its way, and what is left of one that saved nothing.

#include "app/run_folder.hpp"

#include "temp_folder.hpp"
#include "train/networks.hpp"

#include <cortexpr/error.hpp>
#include <cortexpr/module/network_module.hpp>
#include <cortexpr/train/checkpoint.hpp>

#include <fmt/format.h>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <utility>

#include <catch.hpp>

namespace app_run_folder_test {

using namespace cortexpr;
using namespace cortexpr::application;
using namespace cortexpr::test;
namespace fs = std::filesystem;

namespace {

std::string refusal_to_make(const fs::path& path) {
    return message_of<file_error>([&] { run_folder::make(path.string(), "digits"); });
}

std::string refusal_to_continue(const fs::path& path) {
    return message_of<file_error>([&] { run_folder::continued(path.string()); });
}

/// The working folder while this lives.
class working_folder {
  public:
    explicit working_folder(const fs::path& path) : before_(fs::current_path()) { fs::current_path(path); }
    working_folder(const working_folder&) = delete;
    working_folder& operator=(const working_folder&) = delete;
    ~working_folder() {
        std::error_code ignored;
        fs::current_path(before_, ignored);
    }

  private:
    fs::path before_;
};

}  // namespace

TEST_CASE("runs without a folder of their own are numbered", "[run_folder]") {
    const temp_folder folder;
    const working_folder inside(folder.path());
    fs::create_directories("runs/digits-2");
    const auto first = run_folder::make(std::nullopt, "digits"), third = run_folder::make(std::nullopt, "digits");
    CHECK(first.path() == "runs/digits-1");
    CHECK(third.path() == "runs/digits-3");
    CHECK(first.model() == "runs/digits-1/model.safetensors");
}

TEST_CASE("a run that saved nothing leaves no folder, and none that was there", "[run_folder]") {
    const temp_folder folder;
    {
        const auto made = run_folder::make((folder / "a/b").string(), "digits");
        put(made.settings(), "x");
        put(made.curves(), "x");
        CHECK(fs::exists(folder / "a/b/.lock"));
    }
    CHECK(folder.entries() == 0);
    fs::create_directory(folder / "there");
    { const auto made = run_folder::make((folder / "there").string(), "digits"); }
    CHECK(fs::is_empty(folder / "there"));
    {
        const auto made = run_folder::make((folder / "kept").string(), "digits");
        put(made.model(), "x");
        put(made.curves(), "x");
    }
    CHECK(fs::exists(folder / "kept/curves.csv"));
    CHECK_FALSE(fs::exists(folder / "kept/.lock"));
    // What a user put there stays, and so does the folder around it.
    {
        const auto made = run_folder::make((folder / "noted").string(), "digits");
        put(made.path() / "notes.txt", "x");
    }
    CHECK(contents(folder / "noted/notes.txt") == "x");
}

TEST_CASE("a run's folder is one process's, and free again when that ends", "[run_folder]") {
    const temp_folder folder;
    const auto path = folder / "run";
    fs::create_directory(path);
    int ready[2], done[2];
    REQUIRE((::pipe(ready) == 0 && ::pipe(done) == 0));
    const auto other = ::fork();
    REQUIRE(other >= 0);
    if (other == 0) {
        // The child ends without its destructors, as one that was killed.
        const auto held = run_folder::make(path.string(), "digits");
        char letter = 'x';
        if (::write(ready[1], &letter, 1) != 1 || ::read(done[0], &letter, 1) < 0) ::_exit(1);
        ::_exit(0);
    }
    char letter = 'x';
    REQUIRE(::read(ready[0], &letter, 1) == 1);
    CHECK(contains(refusal_to_make(path), "another program is training into this folder"));
    REQUIRE(::write(done[1], &letter, 1) == 1);
    int status = 0;
    ::waitpid(other, &status, 0);
    CHECK(status == 0);
    for (const int end : {ready[0], ready[1], done[0], done[1]}) ::close(end);
    CHECK(fs::exists(path / ".lock"));  // its file stays; the lock doesn't
    CHECK(refusal_to_make(path).empty());
}

TEST_CASE("a folder that was moved while a run trained is no longer the run's, and nor is what took its name",
          "[run_folder]") {
    const temp_folder folder;
    const auto name = (folder / "run").string();
    {
        const auto first = run_folder::make(name, "digits");
        CHECK_NOTHROW(first.require_own());
        fs::rename(name, folder / "moved");
        const auto told = message_of<file_error>([&] { first.require_own(); });
        CHECK(contains(told, "which was moved while it trained"));
        CHECK(contains(told, "nothing more is saved; train anew with another --out"));  // it has no checkpoint
        put(folder / "moved/checkpoint.safetensors", "x");
        const auto told_of_saved = message_of<file_error>([&] { first.require_own(); });
        CHECK(contains(told_of_saved, fmt::format("goes on with --resume {}", (folder / "moved").string())));
        fs::remove(folder / "moved/checkpoint.safetensors");
        const auto second = run_folder::make(name, "digits");
        CHECK_NOTHROW(second.require_own());
        CHECK(contains(message_of<file_error>([&] { first.require_own(); }), "which was moved"));
    }
    // The first one's end left what the second had; the second one's, nothing.
    CHECK(fs::exists(folder / "moved/.lock"));
    const auto third = run_folder::make(name, "digits");
    fs::remove(folder / "run/.lock");
    CHECK_NOTHROW(third.require_own());
}

TEST_CASE("a folder that was removed while a run trained is no longer the run's, whatever took its name",
          "[run_folder]") {
    const temp_folder folder;
    const auto name = (folder / "run").string();
    {
        const auto run = run_folder::make(name, "digits");
        fs::remove_all(name);
        CHECK(contains(message_of<file_error>([&] { run.require_own(); }), "which was removed while it trained"));
        fs::create_directory(name);
        put(folder / "run/settings.toml", "another's");
        CHECK(contains(message_of<file_error>([&] { run.require_own(); }), "which was removed while it trained"));
    }
    CHECK(fs::exists(folder / "run/settings.toml"));
}

TEST_CASE("a folder moves with its lock", "[run_folder]") {
    const temp_folder folder;
    auto first = run_folder::make((folder / "run").string(), "digits");
    const auto second = std::move(first);
    CHECK(second.path() == folder / "run");
    CHECK(fs::exists(folder / "run/.lock"));
}

TEST_CASE("what a run would replace stands in its way", "[run_folder]") {
    const temp_folder folder;
    const auto path = folder / "run";
    fs::create_directory(path);
    for (const auto* name : {"model.safetensors", "summary.json", "curves.svg", "settings.toml", "curves.csv",
                             "curves.jsonl", "curves.tfevents"}) {
        put(path / name, "x");
        CHECK(contains(refusal_to_make(path), fmt::format("holds {} already", name)));
        CHECK(contents(path / name) == "x");
        fs::remove(path / name);
    }
    put(path / ".lock", "mine");
    CHECK(contains(refusal_to_make(path), "holds a file .lock that is no run's"));
    CHECK(contents(path / ".lock") == "mine");
    fs::remove(path / ".lock");
    put(path / "checkpoint.safetensors", "x");
    CHECK(contains(refusal_to_make(path), "holds a run already, whose checkpoints are damaged; choose another --out"));
    const network_module net(plan_of<train_test::Small>);
    save_checkpoint(path / "checkpoint.safetensors", net, {}, {});
    CHECK(contains(refusal_to_make(path), fmt::format("continue it with --resume {}", path.string())));
}

TEST_CASE("what can be no folder is called what it is", "[run_folder]") {
    const temp_folder folder;
    put(folder / "file", "x");
    REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
    fs::create_symlink(folder / "nowhere", folder / "link");
    for (const auto& [name, kind] : {std::pair("file", "is a file, and no folder; give another name"),
                                     std::pair("pipe", "is a pipe, and no folder; give another name"),
                                     std::pair("link", "is a link that leads nowhere, and no folder"),
                                     std::pair("/dev/null", "is a device, and no folder")}) {
        const auto path = folder.path() / name;  // which is the second where that begins with a slash
        CHECK(contains(refusal_to_make(path), kind));
        CHECK(is_sentence_about(refusal_to_make(path), path));
    }
    const auto below = refusal_to_make(folder / "file/run");
    CHECK(is_sentence_about(below, folder / "file/run"));
    CHECK(contains(below, fmt::format("can't make this folder: {} is a file", (folder / "file").string())));
}

TEST_CASE("a run that was killed before it saved anything is begun anew in its folder", "[run_folder]") {
    const temp_folder folder;
    const auto path = folder / "run";
    fs::create_directory(path);
    put(path / ".lock", "");
    put(path / "settings.toml", "x");
    put(path / "curves.csv", "x");
    CHECK(refusal_to_make(path).empty());
    CHECK(contents(path / "settings.toml") == "x");  // until a run writes its own
    CHECK(refusal_to_make(path).empty());
    put(path / "summary.json", "x");
    CHECK(contains(refusal_to_make(path), "holds summary.json already"));
}

TEST_CASE("a run that saved nothing takes what it wrote out of a folder that was there", "[run_folder]") {
    const temp_folder folder;
    const auto path = folder / "run";
    fs::create_directory(path);
    {
        const auto made = run_folder::make(path.string(), "digits");
        put(made.settings(), "x");
        put(made.curves(), "x");
    }
    CHECK(fs::is_empty(path));
}

TEST_CASE("no other output of a run takes the name of one of its files", "[run_folder]") {
    const temp_folder folder;
    const auto made = run_folder::make((folder / "run").string(), "digits");
    for (const auto* name :
         {"model.safetensors", "checkpoint.safetensors", "checkpoint.previous.safetensors", "settings.toml",
          "curves.csv", "curves.jsonl", "curves.tfevents", "curves.svg", "summary.json"})
        CHECK(contains(message_of<file_error>([&] { made.require_not_of_run(made.path() / name); }),
                       "the run itself writes"));
    CHECK_NOTHROW(made.require_not_of_run(made.path() / "more.json"));
}

TEST_CASE("the checkpoint before the last one has the name that is known of a run's files", "[run_folder]") {
    CHECK(checkpoint_pair::previous(run_file::checkpoint) == run_file::previous_checkpoint);
}

TEST_CASE("only a run with a checkpoint is continued", "[run_folder]") {
    const temp_folder folder;
    const auto path = folder / "run";
    CHECK(contains(refusal_to_continue(path), "isn't there"));
    fs::create_directory(path);
    const auto anew = fmt::format("begun anew by train --out {}", path.string());
    CHECK(contains(refusal_to_continue(path), anew));
    put(path / ".lock", "");
    put(path / "settings.toml", "x");
    CHECK(contains(refusal_to_continue(path), anew));  // that run was killed
    put(path / "model.safetensors", "x");
    fs::remove(path / ".lock");
    const auto gone = refusal_to_continue(path);
    CHECK(contains(gone, fmt::format("so its run can't be continued (its model is {}); train anew with another --out",
                                     (path / "model.safetensors").string())));
    fs::remove(path / "model.safetensors");
    CHECK(contains(refusal_to_continue(path), "so its run can't be continued; train anew with another --out"));
    fs::create_directory(folder / "data");
    put(folder / "data/train.npz", "x");
    CHECK(contains(refusal_to_continue(folder / "data"), "nor another file of a run; give the folder of one"));
    put(path / "checkpoint.safetensors", "x");
    CHECK(contains(refusal_to_continue(path / "checkpoint.safetensors"), fmt::format("as --resume {}", path.string())));
    CHECK(run_folder::continued(path.string()).checkpoint() == path / "checkpoint.safetensors");
}

TEST_CASE("another file of a run in the place of one is named", "[run_folder]") {
    const temp_folder folder;
    const auto told = [&](const std::string& given) {
        return message_of<file_error>([&] { require_no_other_file(folder / given, run_file::model, "model"); });
    };
    CHECK(told("settings.toml").empty());  // no model lies beside it
    put(folder / "model.safetensors", "x");
    CHECK(told("model.safetensors").empty());
    CHECK(told("other.safetensors").empty());
    for (const auto* name : {"settings.toml", "curves.csv", "summary.json"})
        CHECK(contains(told(name), "its model is " + (folder / "model.safetensors").string()));
    put(folder / "settings.toml", "x");
    for (const auto* name : {"checkpoint.safetensors", "checkpoint.previous.safetensors", "model.safetensors"}) {
        CHECK(told(name).empty());  // as a model, it is called what it is
        CHECK(contains(message_of<file_error>(
                           [&] { require_no_other_file(folder / name, run_file::settings, "file of settings"); }),
                       "its file of settings is " + (folder / "settings.toml").string()));
    }
}

}  // namespace app_run_folder_test
