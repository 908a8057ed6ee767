// A file without a word of what it expects tests nothing.
#ifdef BAD_CODE
static_assert(false, "refused");
#endif
