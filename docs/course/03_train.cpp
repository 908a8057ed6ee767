// The network as a program:  reader train
#include "digits.hpp"

#include <cortexpr/app.hpp>

int main(int argc, char** argv) { return app<Digits>(argc, argv, {.default_data = "digits"}); }
