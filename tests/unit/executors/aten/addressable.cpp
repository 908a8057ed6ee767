// Tensors that are to be read as their negatives, which pointers don't see.

#include "catch.hpp"
#include "executors/scheduled.hpp"

#include "executors/aten/addressable.hpp"

#include <cortexpr/module/network_module.hpp>

#include <ATen/ops/_neg_view.h>
#include <ATen/ops/randn.h>

namespace executors_aten_addressable_test {

using namespace cortexpr;
using namespace cortexpr::test;

TEST_CASE("addressable: negated views are written out, others stay as they are") {
    const auto numbers = at::randn({2, 3});
    CHECK(executors::addressable(numbers).data_ptr() == numbers.data_ptr());
    const auto negated = executors::addressable(at::_neg_view(numbers));
    CHECK_FALSE(negated.is_neg());
    CHECK(negated.equal(-numbers));
    const auto turned = executors::addressable(at::_neg_view(numbers.t()));
    CHECK(turned.is_contiguous());
    CHECK(turned.equal(-numbers.t()));
}

TEST_CASE("addressable: a run answers a negated view of images as the images") {
    network_module net(plan_of<Tiny>, {.dtype = at::kDouble, .seed = 3});
    const auto images = stimulus_for(plan_of<Tiny>, false, layout::batch_first);
    const auto lazy = net.run(at::_neg_view(images), {.steps = 3}), plain = net.run(-images, {.steps = 3});
    for (std::size_t type = 0; type < plain.final_states.size(); ++type)
        CHECK(lazy.final_states[type].equal(plain.final_states[type]));
}

}  // namespace executors_aten_addressable_test
