#pragma once
// All that is needed to declare a network and have it checked. No LibTorch behind it.

#include <cortexpr/compiler.hpp>

// First, so that an error's "included from" lines are few.
#include <cortexpr/check/errors.hpp>

#include <cortexpr/check/enforce.hpp>
#include <cortexpr/dsl/classifier.hpp>
#include <cortexpr/plan/facts.hpp>
