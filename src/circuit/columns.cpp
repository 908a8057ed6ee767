// What the columns of published data sets are called.

#include <cortexpr/circuit/files.hpp>

namespace cortexpr::circuit {

columns columns::codex() {
    columns names;
    names.pre = "pre_root_id";
    names.post = "post_root_id";
    names.weight = "syn_count";
    names.synapse_transmitter = "nt_type";
    names.neuron = "root_id";
    names.type = "primary_type";
    return names;
}

columns columns::schlegel() {
    auto names = codex();
    names.synapse_transmitter.clear();
    names.type = "cell_type";
    names.transmitter = "top_nt";
    return names;
}

columns columns::male_cns() {
    columns names;
    names.pre = "body_pre";
    names.post = "body_post";
    names.neuron = "bodyId";
    names.transmitter = "consensus_nt";
    names.transmitter_neuron = "body";
    return names;
}

columns columns::celegans() {
    columns names;
    names.weight = "sections";
    names.kind = "kind";
    names.kind_is = "chemical";
    names.neuron = "neuron";
    names.type = "role";
    names.transmitter = "transmitters";
    return names;
}

}  // namespace cortexpr::circuit
