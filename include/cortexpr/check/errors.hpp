#pragma once
// One error template for each rule, by subject.

#include <cortexpr/compiler.hpp>

#include <cortexpr/check/errors/area.hpp>
#include <cortexpr/check/errors/classifier.hpp>
#include <cortexpr/check/errors/connectome.hpp>
#include <cortexpr/check/errors/edge.hpp>
#include <cortexpr/check/errors/network.hpp>
#include <cortexpr/check/errors/neuron.hpp>
#include <cortexpr/check/errors/nonlinearity.hpp>
