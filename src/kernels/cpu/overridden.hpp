// What perturbations do to drives and states. Included by table_of.hpp.
//
// Noise: each number is a function of a key and of its position, so that threads, batches and executors change nothing.
// Philox 4x32-10 (J. K. Salmon et al., 2011, Parallel random numbers: as easy as 1, 2, 3) makes four words of a
// counter; two words make two normal numbers by G. E. P. Box and M. E. Muller's method (1958).

#pragma once

#include "kernels.hpp"
#include "lanes.hpp"

namespace cortexpr::kernels::CORTEXPR_INSTRUCTION_SET {

using words [[gnu::vector_size(CORTEXPR_VECTOR_BYTES)]] = std::uint32_t;
using wide_words [[gnu::vector_size(CORTEXPR_VECTOR_BYTES)]] = std::uint64_t;

template <class To, class From>
[[gnu::always_inline]] inline To same_bits(From from) {
    static_assert(sizeof(To) == sizeof(From));
    To to;
    std::memcpy(&to, &from, sizeof to);
    return to;
}

/// The product of the low halves. (AVX-512's has a mask, because GCC 12 warns without one.)
[[gnu::always_inline]] inline wide_words product_of(wide_words a, std::uint32_t b) {
#if CORTEXPR_VECTOR_BYTES == 64 && defined(__AVX512F__)
    return same_bits<wide_words>(_mm512_maskz_mul_epu32(0xFF, same_bits<__m512i>(a), _mm512_set1_epi64(b)));
#elif CORTEXPR_VECTOR_BYTES == 32
    return same_bits<wide_words>(_mm256_mul_epu32(same_bits<__m256i>(a), _mm256_set1_epi64x(b)));
#else
    return (a & 0xFFFFFFFFU) * std::uint64_t{b};
#endif
}

[[gnu::always_inline]] inline vector<float> root_of(vector<float> x) {
#if CORTEXPR_VECTOR_BYTES == 64 && defined(__AVX512F__)
    return _mm512_maskz_sqrt_ps(0xFFFF, x);
#elif CORTEXPR_VECTOR_BYTES == 32
    return _mm256_sqrt_ps(x);
#else
    return by_lane<float>(x, [](float one) { return __builtin_sqrtf(one); });
#endif
}

/// Philox's four words for each of some counters, one in the low half of each lane. Upper halves are left as they come.
struct four_words {
    wide_words word[4];

    [[gnu::always_inline]] four_words(wide_words block, const normal_position& position, std::uint64_t key)
        : word{block, position.row - wide_words{}, position.step - wide_words{}, position.stream - wide_words{}} {
        auto low = static_cast<std::uint32_t>(key), high = static_cast<std::uint32_t>(key >> 32);
        for (int round = 0; round < 10; ++round, low += 0x9E3779B9U, high += 0xBB67AE85U) {
            const auto first = product_of(word[0], 0xD2511F53U), second = product_of(word[2], 0xCD9E8D57U);
            word[0] = (second >> 32) ^ word[1] ^ low;
            word[1] = second;
            word[2] = (first >> 32) ^ word[3] ^ high;
            word[3] = first;
        }
    }
};

/// -ln((x + 1/2) / 2^31) of whole numbers from 0 to 2^31 - 1. The polynomial for ln(1 + f) / f has the least relative
/// error, 1.1e-6, between -1/3 and 1/3.
[[gnu::always_inline]] inline vector<float> minus_log_of_share(words x) {
    const auto share = (__builtin_convertvector(same_bits<bit_vector<float>>(x), vector<float>) + 0.5F) * 0x1p-31F;
    const auto bits = as_bits<float>(share), exponent = (bits - 0x3F2AAAAB) >> 23;  // of 2/3
    const auto f = as_numbers<float>(bits - (exponent << 23)) - 1.0F;
    auto series = f * 0.17065037F - 0.19407686F;
    series = series * f + 0.19802729F;
    series = series * f - 0.24841658F;
    series = series * f + 0.33337668F;
    series = series * f - 0.50002242F;
    series = series * f + 0.99999986F;
    return __builtin_convertvector(exponent, vector<float>) * -0.69314718F - f * series;
}

/// Two normal numbers of two words: a radius of the first; of the second two signs, and an angle within a quadrant.
struct normal_pair {
    vector<float> first, second;

    [[gnu::always_inline]] normal_pair(words radius, words angle) {
        // sqrt(-2 ln u) / sqrt(2): cos z - sin z and cos z + sin z are sqrt(2) times cosine and sine of z + pi/4.
        const auto length = root_of(minus_log_of_share(radius >> 1));
        constexpr float scale = 0.78539816F * 0x1p-31F;  // z from -pi/4 to pi/4
        const auto z = __builtin_convertvector(same_bits<bit_vector<float>>(angle << 2), vector<float>) * scale;
        const auto square = z * z;
        // Least errors on that range: 1.4e-6 and 2.8e-8.
        const auto sine = ((square * 8.15164e-3F - 0.1666248F) * square + 0.99999857F) * z;
        const auto cosine = ((square * -1.35859e-3F + 0.04165503F) * square - 0.49999857F) * square + 0.99999997F;
        first = with_sign(length * (cosine - sine), angle);
        second = with_sign(length * (cosine + sine), angle << 1);
    }

  private:
    [[gnu::always_inline]] static vector<float> with_sign(vector<float> value, words sign) {
        return same_bits<vector<float>>(same_bits<words>(value) ^ (sign & 0x80000000U));
    }
};

/// The numbers of a block: counter 16 `block` + i and word w have the one at 16 w + i.
[[gnu::always_inline]] inline void draw_block(std::uint64_t key, const normal_position& position, std::uint32_t block,
                                              float* to) {
    constexpr int width = lanes<float>, counters = normal_block / 4;
    for (int first = 0; first < counters; first += width, to += width) {
        wide_words counter;
        for (int i = 0; i < width / 2; ++i) counter[i] = block * counters + static_cast<std::uint32_t>(first + 2 * i);
        const four_words even(counter, position, key), odd(counter + 1, position, key);
        words word[4];
        for (int w = 0; w < 4; ++w) word[w] = same_bits<words>((even.word[w] & 0xFFFFFFFFU) | (odd.word[w] << 32));
        const normal_pair one(word[0], word[1]), other(word[2], word[3]);
        store(to, one.first);
        store(to + counters, one.second);
        store(to + 2 * std::ptrdiff_t{counters}, other.first);
        store(to + 3 * std::ptrdiff_t{counters}, other.second);
    }
}

/// Calls visit.operator()<vectors>(c) for channel c, with a vector from there on or, after the last whole one, a
/// number.
template <class Scalar, class Visitor>
[[gnu::always_inline]] inline void over_channels(int channels, Visitor visit) {
    int c = 0;
    for (; c + lanes<Scalar> <= channels; c += lanes<Scalar>) visit.template operator()<true>(c);
    for (; c < channels; ++c) visit.template operator()<false>(c);
}

template <class Scalar>
void add_current(const current_job<Scalar>& job) {
    const Scalar* current = job.current;
    for (int y = 0; y < job.height; ++y)
        for (int x = 0; x < job.width; ++x, current += job.channels) {
            Scalar* to = job.drive.at(y, x);
            over_channels<Scalar>(job.channels, [to, current]<bool Whole>(int c) {
                if constexpr (Whole) {
                    store(to + c, load(to + c) + load(current + c));
                } else {
                    to[c] += current[c];
                }
            });
        }
}

template <class Scalar>
void hold(const hold_job<Scalar>& job) {
    const Scalar *held = job.held, *value = job.value;
    for (int y = 0; y < job.height; ++y)
        for (int x = 0; x < job.width; ++x, held += job.channels) {
            Scalar* to = job.state.at(y, x);
            over_channels<Scalar>(job.channels, [to, held, value]<bool Whole>(int c) {
                if constexpr (Whole) {
                    const auto at = value == nullptr ? vector<Scalar>{} : load(value + c);
                    store(to + c, load(held + c) != 0 ? at : load(to + c));
                } else if (held[c] != 0) {
                    to[c] = value == nullptr ? Scalar{0} : value[c];
                }
            });
            if (value != nullptr) value += job.channels;
        }
}

template <class Scalar>
void add_noise(const noise_job<Scalar>& job) {
    const int numbers = job.width * job.channels, blocks = (numbers + normal_block - 1) / normal_block;
    const Scalar* amounts = job.amounts;
    for (int y = 0; y < job.height; ++y) {
        const normal_position position{static_cast<std::uint32_t>(y), job.step, job.stream};
        for (int block = 0; block < blocks; ++block)
            draw_block(job.key, position, static_cast<std::uint32_t>(block), job.scratch + block * normal_block);
        const float* drawn = job.scratch;
        for (int x = 0; x < job.width; ++x, drawn += job.channels) {
            Scalar* to = job.drive.at(y, x);
            over_channels<Scalar>(job.channels, [to, drawn, amounts, amount = job.amount]<bool Whole>(int c) {
                if constexpr (Whole && sizeof(Scalar) == sizeof(float)) {
                    const auto share = amounts == nullptr ? all(amount) : load(amounts + c);
                    store(to + c, load(to + c) + share * load(drawn + c));
                } else {
                    for (int i = c; i < c + (Whole ? lanes<Scalar> : 1); ++i)
                        to[i] += (amounts == nullptr ? amount : amounts[i]) * static_cast<Scalar>(drawn[i]);
                }
            });
            if (amounts != nullptr) amounts += job.channels;
        }
    }
}

}  // namespace cortexpr::kernels::CORTEXPR_INSTRUCTION_SET
