#pragma once
// A thread block on the CPU: threads and warps run one after the other, and warp instructions do for 32 lanes what the
// PTX manual says of them. The kernels are templates over such a block, so that their indices and sums are tested where
// no GPU is. Another order of threads must give the same bits: what depends on it lacks a barrier.

#include "bfloat16.hpp"

#include <cstddef>
#include <vector>

namespace cortexpr::kernels::cuda {

class host_block {
  public:
    enum class order : std::uint8_t { ascending, descending };

    template <class Value, int Count>
    struct per_lane {
        Value values[32][Count];

        Value& at(int lane, int i) { return values[lane][i]; }
        const Value& at(int lane, int i) const { return values[lane][i]; }
    };

    /// Shared memory starts as garbage, as it does on a device.
    host_block(int index, int count, int threads, std::size_t shared_bytes, order order = order::ascending)
        : index_(index), count_(count), threads_(threads), order_(order), shared_(shared_bytes / sizeof(vector) + 1) {
        std::memset(shared_.data(), 0xFF, shared_.size() * sizeof(vector));
    }

    int index() const { return index_; }
    int count() const { return count_; }  ///< of blocks
    int threads() const { return threads_; }
    int warps() const { return threads_ / 32; }
    unsigned char* shared() { return shared_.data()->bytes; }

    /// body(thread) for each thread of the block; then all of them wait for each other.
    template <class Body>
    void for_each_thread(Body body) {
        for_each_of(threads_, body);
    }
    /// body(warp) for each warp; then all of them wait for each other.
    template <class Body>
    void for_each_warp(Body body) {
        for_each_of(warps(), body);
    }
    /// body(lane) for each lane of the warp at hand.
    template <class Body>
    static void for_each_lane(Body body) {
        for (int lane = 0; lane < 32; ++lane) body(lane);
    }

    /// sums += left * right: mma.sync.m16n8k16, row by column, of bfloat16 with float sums. `right` is the columns'
    /// half that starts at register `first`.
    static void multiply(per_lane<float, 4>& sums, const per_lane<std::uint32_t, 4>& left,
                         const per_lane<std::uint32_t, 4>& right, int first) {
        float rows[16][16], columns[16][8];
        for (int lane = 0; lane < 32; ++lane) {
            const int group = lane / 4, in_group = lane % 4;
            for (int i = 0; i < 8; ++i)
                rows[group + (i / 2 % 2) * 8][in_group * 2 + i % 2 + (i / 4) * 8] =
                    half_of(left.at(lane, i / 2), i % 2);
            for (int i = 0; i < 4; ++i)
                columns[in_group * 2 + i % 2 + (i / 2) * 8][group] = half_of(right.at(lane, first + i / 2), i % 2);
        }
        for (int lane = 0; lane < 32; ++lane)
            for (int i = 0; i < 4; ++i) {
                const int row = lane / 4 + (i / 2) * 8, column = lane % 4 * 2 + i % 2;
                for (int k = 0; k < 16; ++k) sums.at(lane, i) += rows[row][k] * columns[k][column];
            }
    }

    /// ldmatrix.x4: four 8 x 8 matrices; matrix m has its rows where lanes 8 m to 8 m + 7 point. Lane l gets of each
    /// the elements 2 (l % 4) and the next of row l / 4, or of column l / 4 where Transposed.
    template <bool Transposed>
    static void load_matrices(per_lane<std::uint32_t, 4>& to, const per_lane<const bfloat16*, 1>& rows) {
        for (int lane = 0; lane < 32; ++lane)
            for (int m = 0; m < 4; ++m) {
                const auto element = [&](int i) {
                    const int row = Transposed ? lane % 4 * 2 + i : lane / 4;
                    const int column = Transposed ? lane / 4 : lane % 4 * 2 + i;
                    return rows.at(m * 8 + row, 0)[column];
                };
                to.at(lane, m) = pair_of(element(0), element(1));
            }
    }

    /// The values of the lanes whose number differs in `mask`: shfl.bfly.
    template <class Value, int Count>
    static per_lane<Value, Count> exchanged(const per_lane<Value, Count>& values, int mask) {
        per_lane<Value, Count> result;
        for (int lane = 0; lane < 32; ++lane)
            for (int i = 0; i < Count; ++i) result.at(lane, i) = values.at(lane ^ mask, i);
        return result;
    }

  private:
    struct alignas(16) vector {
        unsigned char bytes[16];
    };

    static float half_of(std::uint32_t pair, int i) {
        return widened(bfloat16{static_cast<std::uint16_t>(pair >> 16 * i)});
    }
    template <class Body>
    void for_each_of(int number, Body body) {
        for (int i = 0; i < number; ++i) body(order_ == order::ascending ? i : number - 1 - i);
    }

    int index_, count_, threads_;
    order order_;
    std::vector<vector> shared_;
};

}  // namespace cortexpr::kernels::cuda
