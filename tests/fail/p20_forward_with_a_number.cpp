// Five of what?
// EXPECT: [cortexpr P20] forward(...) takes steps and not a bare number
#include <cortexpr/module/probe_rules.hpp>

#include <concepts>

struct model {  // stands for one, whose header brings LibTorch
    template <std::integral Number>
    int forward(int, Number) {
#ifdef BAD_CODE
        static_assert(sizeof(cortexpr::errors::P20_number_instead_of_steps<Number>) > 0);
#endif
        return 0;
    }
};

inline int answer = model().forward(1, 5);
