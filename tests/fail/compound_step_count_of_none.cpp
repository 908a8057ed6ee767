// The same where a run's number of steps is a type.
// EXPECT: [cortexpr] a run has at least one step
#include <cortexpr/module/recording.hpp>
using namespace cortexpr;

#ifdef BAD_CODE
inline constexpr step_count<0> shown{};
#else
inline constexpr step_count<5> shown{};
#endif
