#pragma once
// What a declaration asks of the rules, which are defined below it.

#include <cortexpr/compiler.hpp>

namespace cortexpr::detail {

/// The rules of check/: `wired`, and as `type` the error of the first rule that the declaration breaks, if any. An
/// error fires as soon as it is instantiated. Defined in check/enforce.hpp. Asked by readers of a declaration's own
/// base, not by the member `wired`, whose name a user's struct may have for something else.
template <class Declaration>
struct verdict_of;

}  // namespace cortexpr::detail
