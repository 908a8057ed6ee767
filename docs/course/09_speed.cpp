// What a run costs, counted by the compiler:  speed
#include "digits.hpp"

#include <cortexpr/schedule/work/work.hpp>

#include <cstdio>

static_assert(planned_forward_flops<Digits, 5> < forward_flops<Digits, 5> / 4);

template <int Steps>
void row() {
    std::printf("%5d  %11lld  %10lld  %4.0f %%  %9lld\n", Steps, static_cast<long long>(forward_flops<Digits, Steps>),
                static_cast<long long>(planned_forward_flops<Digits, Steps>),
                100.0 * planned_forward_flops<Digits, Steps> / forward_flops<Digits, Steps>,
                static_cast<long long>(saved_bytes<Digits, Steps>));
}

int main() {
    std::puts("steps   as written     planned   share  bytes saved");
    row<1>();
    row<2>();
    row<5>();
    row<20>();
}
