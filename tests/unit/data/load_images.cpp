// What holds for data sets of every format.

#include <cortexpr/data/load_images.hpp>

#include "files.hpp"

namespace data_load_images_test {

using namespace cortexpr;
using namespace cortexpr::test;
using data::load_images;
using data::split;

namespace {

const std::string four("\x00\x01\x02\x03", 4);

}  // namespace

TEST_CASE("constants that are given go before those of the set", "[data]") {
    const temp_folder folder;
    put_idx(folder.path(), "train", four);
    CHECK(load_images(folder.path(), split::train, {.scale = data::normalisation(0.5F, 2.0F)}).scale ==
          data::normalisation(0.5F, 2.0F));
    CHECK_THROWS_AS(load_images(folder.path(), split::train, {.scale = data::normalisation({{0, 1}, {0, 1}})}),
                    usage_error);
}

TEST_CASE("a set whose constants aren't known is measured on its training split", "[data]") {
    const temp_folder folder;
    put_idx(folder.path(), "other-train", four);
    put_idx(folder.path(), "other-test", std::string("\x00", 1));
    const auto train = load_images(folder.path(), split::train);
    CHECK(train.scale == data::measured_scale(train));
    CHECK(load_images(folder.path(), split::test).scale == train.scale);
}

TEST_CASE("sets of different formats in one folder are told apart by their classes, or listed", "[data]") {
    const temp_folder folder;
    put_idx(folder.path(), "emnist-letters-train", std::string("\x01\x02", 2));
    put_png(folder / "train/cat/1.png", 2, 2, PNG_FORMAT_GRAY, {1, 2, 3, 4});
    CHECK(load_images(folder.path(), split::train, {.classes = 1}).source == "images train, " + folder.path().string());
    CHECK(contains(message_of<file_error>([&] { load_images(folder.path(), split::train, {.classes = 26}); }),
                   "several data sets that may be meant"));
    CHECK(load_images(folder / "emnist-letters", split::train, {.classes = 26}).classes == 26);
    // The folder's own name doesn't say which of its sets is meant; the advice does.
    const auto told = message_of<file_error>([&] { load_images(folder.path(), split::train, {.classes = 26}); });
    for (const auto* name : {"emnist-letters", "images"}) CHECK(contains(told, (folder / name).string()));
    CHECK(load_images(folder / "images", split::train, {.classes = 1}).count == 1);
}

TEST_CASE("a place without a data set is refused in one sentence", "[data]") {
    const temp_folder folder;
    for (const auto& place : {folder.path(), folder / "none"})
        CHECK(is_sentence_about(message_of<file_error>([&] { load_images(place, split::train); }), place));
    CHECK(contains(message_of<file_error>([&] { load_images(folder / "none", split::train); }),
                   "there is no such file or folder"));
    for (const auto* name :
         {"settings.toml", "model.safetensors", "checkpoint.previous.safetensors", "curves.svg", "curves.tfevents"}) {
        put(folder / name, "x");
        const auto told = message_of<file_error>([&] { load_images(folder / name, split::train); });
        CHECK(is_sentence_about(told, folder / name));
        CHECK(contains(told, "is a file of a run, and no data set"));
    }
    put(folder / "rates.npy", "x");
    const auto told_of = [&] {
        return message_of<file_error>([&] { load_images(folder / "rates.npy", split::train); });
    };
    CHECK(contains(told_of(), "is not a folder and no .npz file"));
    put(folder / "rates.npy.json", "{}");
    CHECK(contains(told_of(), "is a recording, and no data set"));
    put(folder / "notes.txt", "x");
    const auto told = message_of<file_error>([&] { load_images(folder / "notes.txt", split::train); });
    CHECK(told.ends_with("is not a folder and no .npz file, so it holds no data set"));
}

}  // namespace data_load_images_test
