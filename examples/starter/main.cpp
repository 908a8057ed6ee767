// A program around the network: starter train --data FOLDER, starter summary
#include "network.hpp"

#include <cortexpr/app.hpp>

int main(int argc, char** argv) { return cortexpr::app<Reader>(argc, argv); }
