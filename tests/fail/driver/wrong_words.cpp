// EXPECT: the words that are not there
#ifdef BAD_CODE
static_assert(false, "refused");
#endif
