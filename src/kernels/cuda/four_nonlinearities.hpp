#pragma once
// The nonlinearities of a lane's four neighbouring channels. The usual ones are inline; the others are called, so that
// a kernel in which all loops over registers are unrolled stays small.

#include "bfloat16.hpp"

namespace cortexpr::kernels::cuda {

#if defined(__CUDACC__)
#define CORTEXPR_NOT_INLINE __noinline__
#else
#define CORTEXPR_NOT_INLINE [[gnu::noinline]]
#endif

CORTEXPR_DEVICE CORTEXPR_NOT_INLINE inline float value_by_name(nonlinearity name, float x) {
    return with_name(name, [x](auto known) { return value_of<decltype(known)::value>(x); });
}
CORTEXPR_DEVICE CORTEXPR_NOT_INLINE inline float slope_by_name(nonlinearity name, float x, float value) {
    return with_name(name, [x, value](auto known) {
        constexpr auto constant = decltype(known)::value;
        return slope_of<constant>(tells_slope<constant> ? value : x);
    });
}

class four_nonlinearities {
  public:
    CORTEXPR_DEVICE explicit four_nonlinearities(const std::uint8_t* first) {
        CORTEXPR_UNROLL
        for (int i = 0; i < 4; ++i) packed_ |= std::uint32_t{first[i]} << 8 * i;
    }

    CORTEXPR_DEVICE four_floats values(const four_floats& drive) const {
        if (are_all(nonlinearity::sigmoid)) return each(drive, value_of<nonlinearity::sigmoid, float>);
        if (are_all(nonlinearity::relu)) return each(drive, value_of<nonlinearity::relu, float>);
        four_floats result;
        CORTEXPR_UNROLL
        for (int i = 0; i < 4; ++i) result.values[i] = value_by_name(name(i), drive.values[i]);
        return result;
    }
    CORTEXPR_DEVICE four_floats slopes(const four_floats& drive, const four_floats& values) const {
        if (are_all(nonlinearity::sigmoid)) return each(values, slope_of<nonlinearity::sigmoid, float>);
        if (are_all(nonlinearity::relu)) return each(values, slope_of<nonlinearity::relu, float>);
        four_floats result;
        CORTEXPR_UNROLL
        for (int i = 0; i < 4; ++i) result.values[i] = slope_by_name(name(i), drive.values[i], values.values[i]);
        return result;
    }

  private:
    CORTEXPR_DEVICE nonlinearity name(int i) const { return nonlinearity(packed_ >> 8 * i & 0xFFU); }
    CORTEXPR_DEVICE bool are_all(nonlinearity name) const {
        return packed_ == static_cast<std::uint32_t>(name) * 0x01010101U;
    }
    template <class Function>
    CORTEXPR_DEVICE static four_floats each(const four_floats& of, Function function) {
        four_floats result;
        CORTEXPR_UNROLL
        for (int i = 0; i < 4; ++i) result.values[i] = function(of.values[i]);
        return result;
    }

    std::uint32_t packed_ = 0;
};

}  // namespace cortexpr::kernels::cuda
