#include <ATen/Parallel.h>

#include <cstdio>

int main() { std::printf("%d threads\n", at::get_num_threads()); }
