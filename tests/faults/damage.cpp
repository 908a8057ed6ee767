// Checkpoints damaged in every way that a disk or a copy damages files: each is refused, or the one before it is used.
// tests/long runs the same at length.

#include "small_run.hpp"

#include "catch.hpp"
#include "memory_folder.hpp"
#include "temp_folder.hpp"

#include <cortexpr/data/batches.hpp>

#include <fmt/format.h>
#include <torch/types.h>

#include <algorithm>
#include <string>

namespace {

using namespace cortexpr;
using namespace cortexpr::test;

struct Wide : classifier<network<train_test::V1>, classes<3>, hidden<20'000>> {};

/// A checkpoint of a network, its bytes, and copies of it that are read into another network.
class damaged_copies {
  public:
    damaged_copies(const plan::network& network, const std::string& name)
        : folder_(name),
          network_(network, {.device = "cpu", .seed = 1}),
          file_(folder_.path() / "checkpoint.safetensors") {
        const network_module saved(network, {.device = "cpu", .seed = 2});
        save_checkpoint(file_, saved, {}, {});
        whole_ = contents(file_);
        for (int i = 0; i < network_.parameter_count(); ++i) before_.push_back(network_.parameter(i).detach().clone());
    }

    const std::string& whole() const { return whole_; }
    std::uint32_t size() const { return static_cast<std::uint32_t>(whole_.size()); }

    void require_refused(const std::string& bytes) {
        put(file_, bytes);
        REQUIRE_FALSE(message_of<file_error>([&] { load_checkpoint(file_, network_); }).empty());
        ++count_;
    }
    void require_flip_refused(std::size_t byte, unsigned bit) {
        auto bytes = whole_;
        bytes[byte] = static_cast<char>(bytes[byte] ^ (1U << bit));
        require_refused(bytes);
    }
    /// None of the refused files has changed the network.
    void require_untouched() {
        for (int i = 0; i < network_.parameter_count(); ++i)
            REQUIRE(at::equal(network_.parameter(i), before_[static_cast<std::size_t>(i)]));
        if (is_long()) WARN(fmt::format("{} damaged files of about {} bytes, all refused", count_, size()));
    }

  private:
    memory_folder folder_;
    network_module network_;
    std::filesystem::path file_;
    std::string whole_;
    std::vector<at::Tensor> before_;
    int count_ = 0;
};

}  // namespace

TEST_CASE("a flipped bit of a checkpoint is refused at every byte", "[damage]") {
    damaged_copies copies(plan_of<train_test::Small>, "flips");
    split_mix_64 draw(1);
    for (std::size_t byte = 0; byte < copies.size(); ++byte) {
        INFO("byte " << byte);
        if (is_long())
            for (unsigned bit = 0; bit < 8; ++bit) copies.require_flip_refused(byte, bit);
        else
            copies.require_flip_refused(byte, draw.below(8));
    }
    copies.require_untouched();
}

TEST_CASE("a checkpoint of any other length is refused", "[damage]") {
    damaged_copies copies(plan_of<train_test::Small>, "lengths");
    const auto& whole = copies.whole();
    for (std::size_t length = 0; length < whole.size(); length += is_long() ? 1 : 7) {
        INFO("length " << length);
        copies.require_refused(whole.substr(0, length));
    }
    for (std::size_t surplus = 1; surplus <= 4096; surplus += is_long() ? 1 : 61) {
        INFO("surplus " << surplus);
        copies.require_refused(whole + std::string(surplus, '\0'));
        copies.require_refused(whole + whole.substr(0, surplus));
    }
    copies.require_untouched();
}

TEST_CASE("a checkpoint whose pages are swapped or zero is refused", "[damage]") {
    damaged_copies copies(plan_of<Wide>, "pages");
    constexpr std::size_t page = 4096;
    const auto& whole = copies.whole();
    const auto pages = whole.size() / page;
    REQUIRE(pages > 100);
    for (std::size_t i = 0; i < pages; i += is_long() ? 1 : 17) {
        INFO("page " << i);
        auto bytes = whole;
        bytes.replace(i * page, page, std::string(page, '\0'));
        copies.require_refused(bytes);
        const auto other = (i * 7 + 3) % pages;
        if (other == i) continue;
        bytes = whole;
        bytes.replace(i * page, page, whole.substr(other * page, page));
        bytes.replace(other * page, page, whole.substr(i * page, page));
        copies.require_refused(bytes);
    }
    copies.require_untouched();
}

TEST_CASE("random flips in a large checkpoint are refused", "[damage]") {
    damaged_copies copies(plan_of<Wide>, "large");
    split_mix_64 draw(2);
    for (int round = 0; round < (is_long() ? 100'000 : 500); ++round) {
        INFO("round " << round);
        copies.require_flip_refused(draw.below(copies.size()), draw.below(8));
    }
    copies.require_untouched();
}

TEST_CASE("whatever happens to the newest checkpoint, the one before it is used", "[damage]") {
    const memory_folder folder("generations");
    const auto newest = folder.path() / "checkpoint.safetensors";
    network_module network(plan_of<train_test::Small>, {.device = "cpu", .seed = 1});
    checkpoint_pair pair(newest);
    for (const int epochs : {1, 2}) {
        training_state state;
        state.epochs = epochs;
        pair.save(network, {}, state);
    }
    const auto whole = contents(newest);
    const auto size = static_cast<std::uint32_t>(whole.size());
    split_mix_64 draw(3);
    for (int round = 0; round < (is_long() ? 1000 : 100); ++round) {
        INFO("round " << round);
        auto bytes = whole;
        const auto byte = draw.below(size);
        if (round % 3 == 0) bytes[byte] = static_cast<char>(bytes[byte] ^ (1U << draw.below(8)));
        if (round % 3 == 1) bytes.resize(byte);
        if (round % 3 == 2) bytes += whole.substr(0, 1 + byte);
        put(newest, bytes);
        const auto found = checkpoint_pair::found(newest);
        REQUIRE(found.file().filename() == "checkpoint.previous.safetensors");
        REQUIRE(contains(found.passed_over(), "checkpoint.safetensors: "));
        REQUIRE(load_checkpoint(found.file(), network).epochs == 1);
    }
}
