// EXPECT: refused
int accepted();
