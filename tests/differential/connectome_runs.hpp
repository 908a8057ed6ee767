#pragma once
// Where a program's drawn networks of single cells are.

namespace cortexpr::differential {

const char* connectome_runs();
const char* refused_connectomes();

}  // namespace cortexpr::differential
