#include <cortexpr/module/connectome_files.hpp>

#include <string>
#include <utility>

namespace cortexpr {

connectome_data load_connectome(const plan::connectome& plan, const circuit::files& files, circuit::report* found) {
    circuit::expectation expected;
    for (const auto& type : plan.types) expected.types.push_back({std::string(type.name), type.kind});
    if (!plan.any_synapses) {
        expected.pairs.emplace();
        for (const auto& pair : plan.connections) expected.pairs->push_back({pair.presynaptic, pair.postsynaptic});
    }
    return {.graph = circuit::load(files, expected, found), .stimulus = {}, .output = {}};
}

}  // namespace cortexpr
