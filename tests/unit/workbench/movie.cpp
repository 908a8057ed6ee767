// Activity of a recording, as maps and as a movie.

#include "catch.hpp"
#include "executors/networks.hpp"
#include "temp_folder.hpp"
#include "workbench/circuit.hpp"

#include <cortexpr/module/model.hpp>
#include <cortexpr/workbench/movie.hpp>
#include <cortexpr/workbench/plots.hpp>

#include <gif_lib.h>

#include <cstring>

namespace workbench_movie_test {

using namespace cortexpr;
using namespace cortexpr::test;

TEST_CASE("plots: activity maps and a movie of a recording") {
    const auto net = make<Tiny>({.dtype = at::kDouble});
    const temp_folder folder;
    workbench::record_to_file(
        *net, normal({3, 2, 6, 5}, 3), folder / "x.npz",
        {.steps = 9,
         .arrays = {workbench::array_in(plan_of<Tiny>, "V1.E"), workbench::array_in(plan_of<Tiny>, "V1.I:7..8")}});
    const workbench::recording_file file(folder / "x.npz");
    const auto maps = workbench::activity_maps(file);
    CHECK(maps.across == 6);
    CHECK(maps.row_titles == std::vector<std::string>{"V1.E", "V1.I"});
    REQUIRE(maps.panels.size() == 12);
    std::vector<std::string> labels;
    for (const auto& panel : maps.panels) labels.push_back(panel.label);
    CHECK(labels == std::vector<std::string>{"step 1", "step 3", "step 4", "step 6", "step 7", "step 9", "step 7",
                                             "step 8", "", "", "", ""});
    const auto rates = file.array("V1.E");
    CHECK(maps.panels[2].values[7] == Approx(rates.select(1, 3).select(2, 1).select(2, 2).mean().item<double>()));
    CHECK(workbench::activity_maps(file, 2).panels[5].values[29] ==
          Approx(rates[2][8].select(1, 5).select(1, 4).mean().item<double>()));
    CHECK_THROWS_AS(workbench::activity_maps(file, 3), usage_error);

    workbench::write_movie(file, folder / "x.gif", {.image = 1, .seconds_a_step = 0.25});
    int fault = 0;
    auto* movie = ::DGifOpenFileName((folder / "x.gif").c_str(), &fault);
    REQUIRE(movie != nullptr);
    REQUIRE(::DGifSlurp(movie) == GIF_OK);
    CHECK(movie->ImageCount == 9);
    CHECK(movie->SWidth == 642);
    ::GraphicsControlBlock control{};
    CHECK(::DGifSavedExtensionToGCB(movie, 3, &control) == GIF_OK);
    CHECK(control.DelayTime == 25);
    // The frames differ, and the colours are those of the maps.
    CHECK(std::memcmp(movie->SavedImages[0].RasterBits, movie->SavedImages[8].RasterBits, 642 * 200) != 0);
    const auto first = movie->SColorMap->Colors[0];
    CHECK(view::colour_at(0, view::colour_scale::viridis) ==
          std::array<std::uint8_t, 3>{first.Red, first.Green, first.Blue});
    ::DGifCloseFile(movie, &fault);
    CHECK_THROWS_AS(workbench::write_movie(file, folder / "x.mp4", {}), usage_error);
    CHECK_THROWS_AS(workbench::write_movie(file, folder / "y.gif", {.image = 3}), usage_error);
    CHECK(folder.entries() == 2);
}

TEST_CASE("movies: cells have no maps") {
    const auto net = make<Sides>(pathway());
    const temp_folder folder;
    workbench::record_to_file(*net, views(3), folder / "x.npz", {.arrays = {workbench::array_in(*net, "Eye")}});
    CHECK(message_of<usage_error>([&] {
              workbench::write_movie(workbench::recording_file(folder / "x.npz"), folder / "a.gif", {});
          }).find("no places on a map") != std::string::npos);
    CHECK(folder.entries() == 1);
}

}  // namespace workbench_movie_test
