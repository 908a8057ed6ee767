// What values of parameters a projection keeps, and which it changes.

#include "catch.hpp"
#include "executors/networks.hpp"

#include <ATen/core/grad_mode.h>

#include <limits>

namespace module_constraints_test {

using namespace cortexpr;
using namespace cortexpr::test;

TEST_CASE("projection: Dale's law and tau >= 1, nothing else, once is enough") {
    network_module net(plan_of<Tiny>, {.dtype = at::kDouble});
    {
        const at::NoGradGuard no_grad;
        for (std::size_t i = 0; i < net.plan().parameters.size(); ++i)
            net.parameter(static_cast<int>(i)).copy_(normal(net.parameter(static_cast<int>(i)).sizes(), i) * 3);
    }
    std::vector<at::Tensor> before, projected;
    for (const auto& parameter : net.parameters()) before.push_back(parameter.detach().clone());
    net.project();
    for (std::size_t i = 0; i < net.plan().parameters.size(); ++i) {
        using bound = plan::parameter::bound;
        const auto& parameter = net.parameter(static_cast<int>(i));
        if (net.plan().parameters[i].constraint == bound::non_negative) CHECK(parameter.min().item<double>() >= 0);
        if (net.plan().parameters[i].constraint == bound::at_least_one) CHECK(parameter.min().item<double>() >= 1);
    }
    int free = 0;
    const auto now = net.parameters();
    for (std::size_t i = 0; i < now.size(); ++i) {
        projected.push_back(now[i].detach().clone());
        if (projected[i].equal(before[i])) ++free;
        CHECK(at::maximum(projected[i], before[i]).equal(projected[i]));  // nothing is ever lowered
    }
    CHECK(free == 8);  // two input convolutions and two readout layers, with their biases
    net.project();
    for (std::size_t i = 0; i < now.size(); ++i) CHECK(now[i].equal(projected[i]));
}

TEST_CASE("projection does not hide that training has diverged, and keeps what autograd knows") {
    network_module net(plan_of<Tiny>);
    const int weight = index_of(net.plan(), "rnn.areas.0.convs.1->0.0.weight");
    const int tau = index_of(net.plan(), "rnn.areas.0.tau.0");
    {
        const at::NoGradGuard no_grad;
        net.parameter(weight).view(-1)[0] = std::numeric_limits<float>::quiet_NaN();
        net.parameter(weight).view(-1)[1] = -1;
        net.parameter(tau).view(-1)[0] = std::numeric_limits<float>::quiet_NaN();
        net.parameter(tau).view(-1)[1] = -std::numeric_limits<float>::infinity();
    }
    net.parameter(weight).mutable_grad() = at::full_like(net.parameter(weight), -2);
    net.project();
    CHECK(net.parameter(weight).view(-1)[0].isnan().item<bool>());
    CHECK(net.parameter(weight).view(-1)[1].item<float>() == 0);
    CHECK(net.parameter(tau).view(-1)[0].isnan().item<bool>());
    CHECK(net.parameter(tau).view(-1)[1].item<float>() == 1);
    CHECK(net.parameter(weight).grad().eq(-2).all().item<bool>());
    CHECK(net.parameter(weight).requires_grad());
    CHECK(net.parameter(weight).is_leaf());
}

}  // namespace module_constraints_test
