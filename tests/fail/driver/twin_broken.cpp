// EXPECT: refused
static_assert(false, "refused");
