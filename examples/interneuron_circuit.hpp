#pragma once
// Pyramidal cells with PV, SST and VIP interneurons at one position, wired by hand. VIP inhibits SST, which inhibits
// Pyr (C. K. Pfeffer et al., "Inhibition of inhibition in visual cortex: the logic of connections between molecularly
// distinct interneurons", Nat. Neurosci. 2013).

#include "simulation.hpp"

#include <cortexpr/module/model.hpp>
#include <cortexpr/presets.hpp>

namespace simulation {

using namespace cortexpr;

struct Pyr : excitatory<1, tau<tau_mode::per_type, 4.0>, nonlinearity<activation::relu>> {};
struct PV : inhibitory<1, tau<tau_mode::per_type, 3.0>, nonlinearity<activation::relu>> {};
struct SST : inhibitory<1, tau<tau_mode::per_type, 6.0>, nonlinearity<activation::relu>> {};
struct VIP : inhibitory<1, tau<tau_mode::per_type, 4.0>, nonlinearity<activation::relu>> {};

inline constexpr edge point{.extent = {1, 1}};
struct Column : area<input<1, 1, 1>, neurons<Pyr, PV, SST, VIP>,
                     presets::pyr_pv_sst_vip_wiring<Pyr, PV, SST, VIP, point>, output<1>> {};
struct Circuit : network<Column> {};

inline void wire(model<Circuit>& net) {
    disconnect(net);
    net.set(weight_of<stimulus, Pyr>{}, 3.0);
    net.set(weight_of<Pyr, Pyr>{}, 0.5);
    net.set(weight_of<Pyr, PV>{}, 1.0);
    net.set(weight_of<Pyr, SST>{}, 1.0);
    net.set(weight_of<Pyr, VIP>{}, 0.9);
    net.set(weight_of<PV, Pyr>{}, 1.0);
    net.set(weight_of<PV, PV>{}, 0.5);
    net.set(weight_of<SST, Pyr>{}, 1.0);
    net.set(weight_of<SST, PV>{}, 0.3);
    net.set(weight_of<SST, VIP>{}, 0.3);
    net.set(weight_of<VIP, SST>{}, 0.8);
}

}  // namespace simulation
