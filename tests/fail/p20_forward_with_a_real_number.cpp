// Steps, or time?
// EXPECT: [cortexpr P20] forward(...) takes steps and not a bare number
#include <cortexpr/module/probe_rules.hpp>
#include <cortexpr/module/probes.hpp>
using namespace cortexpr;

struct net {  // stands for a model, whose header brings LibTorch
    int forward(int, steps) { return 0; }
    template <class Number>
    requires std::is_arithmetic_v<Number> int forward(int, Number) {
        static_assert(sizeof(errors::P20_number_instead_of_steps<Number>) > 0);
        return 0;
    }
};

#ifdef BAD_CODE
inline int logits = net().forward(1, 5.0);
#else
inline int logits = net().forward(1, steps{5});
#endif
