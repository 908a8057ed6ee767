#pragma once
// All that is needed to declare a network and have it checked. No LibTorch behind it.

#include <cortexpr/check/enforce.hpp>
#include <cortexpr/dsl/network.hpp>
#include <cortexpr/plan/facts.hpp>
