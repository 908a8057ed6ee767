#include "version.hpp"

namespace cortexpr::application {

const char* const version = CORTEXPR_VERSION;

}  // namespace cortexpr::application
