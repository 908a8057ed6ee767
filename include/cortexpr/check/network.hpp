#pragma once
// The rules of a network and of a classifier, each one pass over the values of its declaration.

#include <cortexpr/check/diagnosis.hpp>
#include <cortexpr/dsl/network.hpp>

namespace cortexpr::check {

consteval diagnosis diagnose(const network_declaration&) { return {}; }

consteval diagnosis diagnose(const classifier_declaration& head) {
    if (head.classes < 2) return {rule::few_classes, {head.classes}};
    return {};
}

}  // namespace cortexpr::check
