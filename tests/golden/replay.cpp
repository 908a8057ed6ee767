#include "replay.hpp"

#include "catch.hpp"
#include "recorded/replay.hpp"

namespace cortexpr::golden {

void replay(const plan::network& plan, const std::string& name) {
    for (const char* folder : {CORTEXPR_GOLDEN_DIR, CORTEXPR_SOURCE_DIR "/tests/golden/data"})
        if (const auto run = recorded::find_run(folder, name)) return recorded::replay(plan, *run);
    WARN("skipped: the recorded run " << name << " is neither in " << CORTEXPR_GOLDEN_DIR << " nor beside the tests");
}

}  // namespace cortexpr::golden
