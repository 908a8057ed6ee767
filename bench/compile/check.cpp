// What a user compiles while declaring: the headers of the declaration and the digits example's network.
#include "../digits.hpp"

static_assert(cortexpr::parameter_count<Digits> == 25'290);
