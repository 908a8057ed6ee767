// What fits on chip, what it needs there, and what is in the way of what doesn't.
#include "digits.hpp"

#include <cortexpr/schedule/on_chip/fit.hpp>

using namespace digits_example;

namespace {

constexpr auto fit = plan::fit_on_chip(plan_of<Digits>);
static_assert(fits_on_chip<Digits> && fit.fits());
static_assert(sizeof(requires_on_chip<Digits>) > 0);

// 51 MMA tiles of 16 positions, with the 30 positions of each guard: 876 positions of 40 numbers. Two such maps, the
// image, weights of 9 x 2 x 2, 1 x 2 and 9 x 1 x 2 blocks; then what each channel, output and offset has.
constexpr std::size_t map = 876 * 40 * 2, image = 876 * 2, block = 512;
static_assert(fit.forward_bytes ==
              2 * map + (image + 8) + (36 + 2 + 18) * block + 32 * 9 + 32 * 8 + 16 * 4 + 16 * 32 * 8);
static_assert(fit.backward_bytes ==
              2 * map + (image + 8) + 816 * 32 * 2 + 36 * block + 32 * 9 + 32 * 8 + 16 * 4 + 16 * 32 * 8);
constexpr std::size_t ampere_shared_bytes = std::size_t{163} * 1024;
static_assert(fit.forward_bytes <= plan::hopper_shared_bytes && fit.forward_bytes > ampere_shared_bytes);
static_assert(plan::fit_on_chip(plan_of<Digits>, ampere_shared_bytes).obstacle == plan::off_chip::shared_memory);

// E alone reaches the output, and I is not live after the last step.
constexpr auto sizes = plan::on_chip_sizes_of(plan_of<Digits>, 5);
static_assert(sizes.states == 32 && sizes.outputs == 32 && sizes.inputs == 1 && sizes.steps == 5);
static_assert(sizes.output_sources == 0b01 && sizes.live_at_last == 0b01);

// Types that share a block of 16 channels share its bit.
struct Few : inhibitory<7> {};
struct Many : excitatory<40> {};
struct Uneven : area<input<3, 8, 8>, neurons<Few, Many>,
                     connectivity<from<stimulus, 1, 1, 0>, from<Few, 0, 1, 0>, from<Many, 1, 0, 1>>, output<5>> {};
struct Colours : classifier<network<Uneven>, classes<2>, readout_pool<pool_mode::max>> {};
static_assert(plan::on_chip_sizes_of(plan_of<Colours>, 3).output_sources == 0b111);
static_assert(plan::layout_of(plan::on_chip_sizes_of(plan_of<Colours>, 3)).state_blocks == 3);
static_assert(fits_on_chip<Colours>);

constexpr auto obstacle_of(const plan::network& network) { return plan::fit_on_chip(network).obstacle; }
using plan::off_chip;

struct R : excitatory_cells<> {};
struct Retina : connectome<cells<R>, synapses<projects<R, R>>, stimulus_to<R>, output_from<R>> {};
struct Seen : classifier<Retina, classes<2>> {};
static_assert(!fits_on_chip<Retina> && !fits_on_chip<Seen>);
static_assert(detail::chip_fit<Seen>.obstacle == off_chip::connectome);

struct Plain : network<V1> {};
static_assert(obstacle_of(plan_of<Plain>) == off_chip::readout);
struct Averaged : classifier<network<V1>, classes<10>, readout_pool<pool_mode::average>> {};
static_assert(obstacle_of(plan_of<Averaged>) == off_chip::readout_pool);
struct InParts : classifier<network<V1>, classes<10>, readout_pool<pool_mode::max, 2, 2>> {};
static_assert(obstacle_of(plan_of<InParts>) == off_chip::readout_pool);
struct Next : area<input<32, 14, 14>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<8>> {};
struct Two : classifier<network<V1, Next>, classes<10>, readout_pool<pool_mode::max>> {};
static_assert(obstacle_of(plan_of<Two>) == off_chip::areas);
struct Bent : area<input<1, 12, 12>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>,
                   output<4, activation::relu>> {};
struct BentOutput : classifier<network<Bent>, classes<10>, readout_pool<pool_mode::max>> {};
static_assert(obstacle_of(plan_of<BentOutput>) == off_chip::output_nonlinearity);

/// One type that is otherwise as E.
template <class Type>
struct one_type
    : area<input<1, 12, 12>, neurons<Type>, connectivity<from<stimulus, 1, 0>, from<Type, 1, 1>>, output<4>> {};
struct Half : excitatory<16, half_density> {};
struct HalfArea : one_type<Half> {};
struct HalfNet : classifier<network<HalfArea>, classes<2>, readout_pool<pool_mode::max>> {};
static_assert(obstacle_of(plan_of<HalfNet>) == off_chip::half_density);
struct Chained : excitatory<16, nonlinearity<chain(activation::tanh, activation::relu)>> {};
struct ChainedArea : one_type<Chained> {};
struct ChainedNet : classifier<network<ChainedArea>, classes<2>, readout_pool<pool_mode::max>> {};
static_assert(obstacle_of(plan_of<ChainedNet>) == off_chip::nonlinearity);
struct Spread : excitatory<16, tau<tau_mode::spatial>> {};
struct SpreadArea : one_type<Spread> {};
struct SpreadNet : classifier<network<SpreadArea>, classes<2>, readout_pool<pool_mode::max>> {};
static_assert(obstacle_of(plan_of<SpreadNet>) == off_chip::spatial_tau);
struct Started : excitatory<16, initial_state<fill::ones>> {};
struct StartedArea : one_type<Started> {};
struct StartedNet : classifier<network<StartedArea>, classes<2>, readout_pool<pool_mode::max>> {};
static_assert(obstacle_of(plan_of<StartedNet>) == off_chip::initial_state);
struct Crowd : excitatory<512> {};
struct CrowdArea : one_type<Crowd> {};
struct CrowdNet : classifier<network<CrowdArea>, classes<2>, readout_pool<pool_mode::max>> {};
static_assert(obstacle_of(plan_of<CrowdNet>) == off_chip::channels);
struct Big : excitatory<64> {};
struct BigArea : area<input<1, 28, 28>, neurons<Big>, connectivity<from<stimulus, 1, 0>, from<Big, 1, 1>>, output<4>> {
};
struct BigNet : classifier<network<BigArea>, classes<2>, readout_pool<pool_mode::max>> {};
static_assert(obstacle_of(plan_of<BigNet>) == off_chip::shared_memory && !fits_on_chip<BigNet>);

struct Wide : area<input<1, 12, 12>, neurons<E>, connectivity<from<stimulus, edge{.extent = {5, 5}}, 0>, from<E, 1, 1>>,
                   output<4>> {};
struct WideNet : classifier<network<Wide>, classes<2>, readout_pool<pool_mode::max>> {};
static_assert(obstacle_of(plan_of<WideNet>) == off_chip::extents);
struct Shown : area<input<1, 12, 12>, neurons<E>, connectivity<from<stimulus, 1, 1>, from<E, 1, 1>>, output<4>> {};
struct ShownNet : classifier<network<Shown>, classes<2>, readout_pool<pool_mode::max>> {};
static_assert(obstacle_of(plan_of<ShownNet>) == off_chip::stimulus_to_output);
struct Synaptic
    : area<input<1, 12, 12>, neurons<E>,
           connectivity<from<stimulus, 1, 0>, from<E, edge{.nonlinearity = activation::relu}, 1>>, output<4>> {};
struct SynapticNet : classifier<network<Synaptic>, classes<2>, readout_pool<pool_mode::max>> {};
static_assert(obstacle_of(plan_of<SynapticNet>) == off_chip::edge_nonlinearity);

}  // namespace
