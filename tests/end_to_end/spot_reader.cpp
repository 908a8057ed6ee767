// A regressor that reads its images and targets from files.
#include <cortexpr/app.hpp>

#include <clocale>

using namespace cortexpr;

struct E : excitatory<6> {};
struct I : inhibitory<4> {};
struct V1 : area<input<1, 10, 10>, neurons<E, I>,
                 connectivity<from<stimulus, 1, 1, 0>, from<E, 1, 1, 1>, from<I, 1, 1, 0>>, output<4>> {};
struct Spot : regressor<network<V1>, targets<2>, hidden<32>, readout_pool<pool_mode::average, 5, 5>> {};

int main(int argc, char** argv) {
    std::setlocale(LC_ALL, "");  // as programs of a desktop do
    return app<Spot>(argc, argv);
}
