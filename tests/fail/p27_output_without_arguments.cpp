// A template is no type, so this never gets to the names.
// EXPECT: [cortexpr P27] output is a part of a declaration, and no name; write to_output
// EXPECT: P27_output_instead_of_to_output<V1, E>
#include <cortexpr/module/recording.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct V1 {};

struct net {  // stands for a model, whose header brings LibTorch
    template <class... Names>
    int weight() {
        return 0;
    }
    template <class Area, class Source, template <int, auto, fill> class Output>
    int weight() {
        static_assert(sizeof(errors::P27_output_instead_of_to_output<Area, Source>) > 0);
        return 0;
    }
};

#ifdef BAD_CODE
inline int weight = net().weight<V1, E, output>();
#else
inline int weight = net().weight<V1, E, to_output>();
#endif
