// EXPECT: refused
#ifdef BAD_CODE
static_assert(false, "refused");
static_assert(false, "refused again");
#endif
