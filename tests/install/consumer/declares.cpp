#include "digits.hpp"

#include <cstdio>

int main() { std::printf("%lld parameters\n", static_cast<long long>(cortexpr::parameter_count<Digits>)); }
