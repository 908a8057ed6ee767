#include "interruption.hpp"

#include "catch.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <stdexcept>
#include <thread>
#include <utility>

namespace interruption_test {

namespace interruption = cortexpr::interruption;

namespace {

/// What computations are asked, while it lives.
struct asking {
    explicit asking(std::function<void()> ask) { interruption::set(std::move(ask)); }
    ~asking() { interruption::set({}); }
    asking(const asking&) = delete;
    asking& operator=(const asking&) = delete;
};

void on_new_thread(const std::function<void()>& work) { std::thread(work).join(); }

}  // namespace

TEST_CASE("a thread asks at its first look, and then not at each", "[interruption]") {
    int questions = 0;
    {
        const asking ask([&] { ++questions; });
        on_new_thread([] {
            for (int i = 0; i < 1000; ++i) interruption::look();
        });
        CHECK(questions >= 1);
        CHECK(questions < 100);  // 1000 looks take no five seconds
        const int before = questions;
        on_new_thread([] {
            interruption::look();
            std::this_thread::sleep_for(std::chrono::milliseconds(60));
            interruption::look();
        });
        CHECK(questions == before + 2);
    }
    const int before = questions;
    on_new_thread([] { interruption::look(); });
    CHECK(questions == before);
}

TEST_CASE("what the question throws ends the computation", "[interruption]") {
    const asking ask([] { throw std::runtime_error("Ctrl-C"); });
    on_new_thread([] { CHECK_THROWS_WITH(interruption::look(), "Ctrl-C"); });
}

TEST_CASE("a member of a team gives up where another one has failed, until it leaves", "[interruption]") {
    std::atomic<bool> outer{false}, inner{true};
    const interruption::team_member first(outer);
    CHECK_NOTHROW(interruption::look());
    {
        const interruption::team_member second(inner);
        CHECK_THROWS_AS(interruption::look(), interruption::given_up);
    }
    CHECK_NOTHROW(interruption::look());
    outer = true;
    CHECK_THROWS_AS(interruption::look(), interruption::given_up);
    on_new_thread([] { CHECK_NOTHROW(interruption::look()); });
}

}  // namespace interruption_test
