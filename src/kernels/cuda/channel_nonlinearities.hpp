#pragma once
// The nonlinearities of a lane's neighbouring channels. The usual ones are inline; the others are called, so that
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

/// The nonlinearities of 1 to 4 channels.
template <int Width>
class channel_nonlinearities {
  public:
    CORTEXPR_DEVICE explicit channel_nonlinearities(const std::uint8_t* first) {
        CORTEXPR_UNROLL
        for (int i = 0; i < Width; ++i) packed_ |= std::uint32_t{first[i]} << 8 * i;
    }

    CORTEXPR_DEVICE floats<Width> values(const floats<Width>& drive) const {
        if (are_all(nonlinearity::sigmoid)) return each(drive, value_of<nonlinearity::sigmoid, float>);
        if (are_all(nonlinearity::relu)) return each(drive, value_of<nonlinearity::relu, float>);
        floats<Width> result;
        CORTEXPR_UNROLL
        for (int i = 0; i < Width; ++i) result.values[i] = value_by_name(name(i), drive.values[i]);
        return result;
    }
    CORTEXPR_DEVICE floats<Width> slopes(const floats<Width>& drive, const floats<Width>& values) const {
        if (are_all(nonlinearity::sigmoid)) return each(values, slope_of<nonlinearity::sigmoid, float>);
        if (are_all(nonlinearity::relu)) return each(values, slope_of<nonlinearity::relu, float>);
        floats<Width> result;
        CORTEXPR_UNROLL
        for (int i = 0; i < Width; ++i) result.values[i] = slope_by_name(name(i), drive.values[i], values.values[i]);
        return result;
    }

    /// What tells the slopes: values, or drives where they don't.
    CORTEXPR_DEVICE floats<Width> saved_of(const floats<Width>& drive, const floats<Width>& values) const {
        floats<Width> result;
        CORTEXPR_UNROLL
        for (int i = 0; i < Width; ++i) result.values[i] = value_is_saved(i) ? values.values[i] : drive.values[i];
        return result;
    }
    CORTEXPR_DEVICE floats<Width> values_again(const floats<Width>& saved) const {
        floats<Width> result;
        CORTEXPR_UNROLL
        for (int i = 0; i < Width; ++i)
            result.values[i] = value_is_saved(i) ? saved.values[i] : value_by_name(name(i), saved.values[i]);
        return result;
    }

  private:
    CORTEXPR_DEVICE nonlinearity name(int i) const { return nonlinearity(packed_ >> 8 * i & 0xFFU); }
    CORTEXPR_DEVICE bool value_is_saved(int i) const { return value_tells_slope(name(i)); }
    CORTEXPR_DEVICE bool are_all(nonlinearity name) const {
        constexpr std::uint32_t ones = 0x01010101U >> 8 * (4 - Width);
        return packed_ == static_cast<std::uint32_t>(name) * ones;
    }
    template <class Function>
    CORTEXPR_DEVICE static floats<Width> each(const floats<Width>& of, Function function) {
        floats<Width> result;
        CORTEXPR_UNROLL
        for (int i = 0; i < Width; ++i) result.values[i] = function(of.values[i]);
        return result;
    }

    std::uint32_t packed_ = 0;
};

}  // namespace cortexpr::kernels::cuda
