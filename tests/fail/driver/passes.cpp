// Brackets and semicolons are text like any other.
// EXPECT: [rule W3] a name; with [one open bracket
// EXPECT-GNU: error: static assertion failed: [rule
// EXPECT-Clang: error: static assertion failed
#ifdef BAD_CODE
static_assert(false, "[rule W3] a name; with [one open bracket");
#endif
