#pragma once

namespace cortexpr::application {

extern const char* const version;  ///< of cortexpr

}  // namespace cortexpr::application
