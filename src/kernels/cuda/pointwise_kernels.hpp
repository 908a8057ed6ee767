#pragma once
// The fused backend's kernels, for maps of Storage (float or bfloat16).

#include "channel_nonlinearities.hpp"
#include "maxima.hpp"
#include "pointwise.hpp"
#include "sums.hpp"

namespace cortexpr::kernels::cuda {

template <class Storage>
CORTEXPR_DEVICE float element(const void* map, std::ptrdiff_t i) {
    return map == nullptr ? 0.0F : widened(static_cast<const Storage*>(map)[i]);
}
template <class Storage>
CORTEXPR_DEVICE void set_element(void* map, std::ptrdiff_t i, float value) {
    static_cast<Storage*>(map)[i] = stored<Storage>(value);
}

/// visit(i) for each i below `size` that falls to this block.
template <class Block, class Visitor>
CORTEXPR_DEVICE void for_each_element(Block& block, std::ptrdiff_t size, Visitor visit) {
    block.for_each_thread([&](int thread) {
        const auto stride = std::ptrdiff_t{block.count()} * block.threads();
        for (auto i = std::ptrdiff_t{block.index()} * block.threads() + thread; i < size; i += stride) visit(i);
    });
}

/// How a block's threads share a map: neighbouring ones take neighbouring channels, Width each; rows of them take
/// positions in turn.
struct map_lanes {
    int groups, lanes, rows;

    CORTEXPR_DEVICE map_lanes(int channels, int width, int threads)
        : groups(channels / width), lanes(groups < threads ? groups : threads), rows(threads / lanes) {}
};

/// Width channels of a position: pointers into maps.
template <int Width, class Storage>
CORTEXPR_DEVICE floats<Width> part_at(const map_part& map, std::ptrdiff_t position, int channel) {
    if (map.data == nullptr) return floats<Width>{};
    return load_channels<Width>(static_cast<const Storage*>(map.data) + position * map.pitch + channel);
}
template <int Width, class Storage>
CORTEXPR_DEVICE floats<Width> elements(const void* map, std::ptrdiff_t i) {
    return load_channels<Width>(static_cast<const Storage*>(map) + i);
}

/// Rates of a thread's channels: read once, or at each position of an image.
template <int Width>
class channel_rates {
  public:
    CORTEXPR_DEVICE channel_rates(const float* rate, bool by_position, const map_sizes& sizes, int channel)
        : rate_(rate + channel),
          by_position_(by_position),
          sizes_(sizes),
          of_channel_(load_channels<Width>(rate + channel)) {}

    CORTEXPR_DEVICE floats<Width> at(std::ptrdiff_t position) const {
        if (!by_position_) return of_channel_;
        return load_channels<Width>(rate_ + position % sizes_.grid() * sizes_.channels);
    }

  private:
    const float* rate_;
    bool by_position_;
    const map_sizes& sizes_;
    floats<Width> of_channel_;
};

/// Maps of which all parts are aligned for Width channels at a time.
template <class Storage, int Width, class Block>
CORTEXPR_DEVICE void step_map(Block& block, const map_step_job& job) {
    const auto& sizes = job.sizes;
    const map_lanes shared(sizes.channels, Width, block.threads());
    const range_of<std::ptrdiff_t> positions(block.index(), block.count(), sizes.positions());
    block.for_each_thread([&](int thread) {
        const int row = thread / shared.lanes;
        if (row >= shared.rows) return;
        for (int group = thread % shared.lanes; group < shared.groups; group += shared.lanes) {
            const int channel = group * Width;
            const channel_nonlinearities<Width> names(job.nonlinearities + channel);
            const channel_rates<Width> rates(job.rate, job.rate_by_position, sizes, channel);
            const auto bias = job.bias == nullptr ? floats<Width>{} : load_channels<Width>(job.bias + channel);
            for (auto position = positions.first + row; position < positions.last; position += shared.rows) {
                const auto i = position * sizes.channels + channel;
                auto drive = part_at<Width, Storage>(job.constant_drive, position, channel);
                if (job.drive != nullptr) drive = sum_of(elements<Width, Storage>(job.drive, i), drive);
                drive = sum_of(drive, bias);
                const auto value = names.values(drive), rate = rates.at(position);
                auto state = part_at<Width, Storage>(job.before, position, channel);
                CORTEXPR_UNROLL
                for (int c = 0; c < Width; ++c)
                    state.values[c] = leaky_step(state.values[c], value.values[c], rate.values[c]);
                store_channels(static_cast<Storage*>(job.after) + i, state);
                if (job.saved != nullptr)
                    store_channels(static_cast<Storage*>(job.saved) + i, names.saved_of(drive, value));
            }
        }
    });
}

/// Adjoints of a step at a position and Width channels.
template <int Width>
struct step_adjoints {
    floats<Width> drive, before, rate;
};

template <int Width, class Storage>
CORTEXPR_DEVICE step_adjoints<Width> step_adjoint_at(const map_step_adjoint_job& job, std::ptrdiff_t position,
                                                     int channel, const channel_nonlinearities<Width>& names,
                                                     const floats<Width>& rate) {
    const auto i = position * job.sizes.channels + channel;
    const auto saved = elements<Width, Storage>(job.saved, i), after = elements<Width, Storage>(job.after_adjoint, i);
    const auto before = part_at<Width, Storage>(job.before, position, channel);
    const auto value = names.values_again(saved), slope = names.slopes(saved, saved);
    step_adjoints<Width> result;
    CORTEXPR_UNROLL
    for (int c = 0; c < Width; ++c) {
        const auto one =
            leaky_step_adjoint(after.values[c], before.values[c], value.values[c], slope.values[c], rate.values[c]);
        result.drive.values[c] = one.drive;
        result.before.values[c] = one.before;
        result.rate.values[c] = one.rate;
    }
    return result;
}

/// Adjoints of a block's range of positions; its sums for each channel go to its slice: biases, then rates. Shared
/// memory: step_adjoint_shared_bytes.
template <class Storage, int Width, class Block>
CORTEXPR_DEVICE void step_map_adjoint(Block& block, const map_step_adjoint_job& job) {
    const auto& sizes = job.sizes;
    const int threads = block.threads();
    const map_lanes shared(sizes.channels, Width, threads);
    const range_of<std::ptrdiff_t> positions(block.index(), block.count(), sizes.positions());
    auto* bias_sums = reinterpret_cast<floats<Width>*>(block.shared());
    auto* rate_sums = bias_sums + threads;
    float* slice = job.partial + std::ptrdiff_t{block.index()} * 2 * sizes.channels;
    for (int first = 0; first < shared.groups; first += shared.lanes) {
        block.for_each_thread([&](int thread) {
            const int group = first + thread % shared.lanes, row = thread / shared.lanes, channel = group * Width;
            floats<Width> by_bias{}, by_rate{};
            if (group < shared.groups && row < shared.rows) {
                const channel_nonlinearities<Width> names(job.nonlinearities + channel);
                const channel_rates<Width> rates(job.rate, job.rate_by_position, sizes, channel);
                for (auto position = positions.first + row; position < positions.last; position += shared.rows) {
                    const auto i = position * sizes.channels + channel;
                    const auto found =
                        step_adjoint_at<Width, Storage>(job, position, channel, names, rates.at(position));
                    store_channels(static_cast<Storage*>(job.drive_adjoint) + i, found.drive);
                    if (job.before_adjoint != nullptr)
                        store_channels(static_cast<Storage*>(job.before_adjoint) + i, found.before);
                    by_bias = sum_of(by_bias, found.drive);
                    by_rate = sum_of(by_rate, found.rate);
                }
            }
            bias_sums[thread] = by_bias;
            rate_sums[thread] = by_rate;
        });
        block.for_each_thread([&](int thread) {
            const int group = first + thread;
            if (thread >= shared.lanes || group >= shared.groups) return;
            floats<Width> by_bias{}, by_rate{};
            for (int row = 0; row < shared.rows; ++row) {
                by_bias = sum_of(by_bias, bias_sums[row * shared.lanes + thread]);
                by_rate = sum_of(by_rate, rate_sums[row * shared.lanes + thread]);
            }
            CORTEXPR_UNROLL
            for (int c = 0; c < Width; ++c) {
                slice[group * Width + c] = by_bias.values[c];
                slice[sizes.channels + group * Width + c] = by_rate.values[c];
            }
        });
    }
}
constexpr std::size_t step_adjoint_shared_bytes(int threads) {
    return static_cast<std::size_t>(threads) * 2 * widest * sizeof(float);
}

/// Gradients of rates by position: over the images in their order. Runs before step_map_adjoint, which may write over
/// the adjoints that it reads.
template <class Storage, class Block>
CORTEXPR_DEVICE void position_rate_adjoint(Block& block, const map_step_adjoint_job& job) {
    const auto size = job.sizes.grid() * job.sizes.channels;
    for_each_element(block, size, [&](std::ptrdiff_t i) {
        const int channel = static_cast<int>(i % job.sizes.channels);
        const channel_nonlinearities<1> name(job.nonlinearities + channel);
        float sum = 0;
        for (int image = 0; image < job.sizes.images; ++image) {
            const auto position = image * job.sizes.grid() + i / job.sizes.channels;
            sum += step_adjoint_at<1, Storage>(job, position, channel, name, {{job.rate[i]}}).rate.values[0];
        }
        job.position_rate_gradient[i] = sum;
    });
}

/// A window of adaptive pooling along one side.
struct pool_window {
    int first, last;

    CORTEXPR_DEVICE pool_window(int index, int size, int windows)
        : first(index * size / windows), last(((index + 1) * size + windows - 1) / windows) {}
};

constexpr std::size_t maxima_shared_bytes(int threads) {
    return static_cast<std::size_t>(threads) * (sizeof(float) + sizeof(int));
}

/// One window of one image for each block. Shared memory: maxima_shared_bytes.
template <class Storage, class Block>
CORTEXPR_DEVICE void find_map_maxima(Block& block, const map_maxima_job& job) {
    const auto& sizes = job.sizes;
    const int windows = job.pool_height * job.pool_width, channels = sizes.channels, threads = block.threads();
    const int image = block.index() / windows, window = block.index() % windows;
    const pool_window y(window / job.pool_width, sizes.height, job.pool_height);
    const pool_window x(window % job.pool_width, sizes.width, job.pool_width);
    const int lanes = channels < threads ? channels : threads, rows = threads / lanes;
    const int width = x.last - x.first, count = (y.last - y.first) * width;
    auto* values = reinterpret_cast<float*>(block.shared());
    auto* positions = reinterpret_cast<int*>(values + threads);
    for (int first = 0; first < channels; first += lanes) {
        block.for_each_thread([&](int thread) {
            const int channel = first + thread % lanes, row = thread / lanes;
            positions[thread] = -1;
            if (channel >= channels || row >= rows) return;
            for (int i = row; i < count; i += rows) {
                const int position = (y.first + i / width) * sizes.width + x.first + i % width;
                const float value = element<Storage>(job.map, (image * sizes.grid() + position) * channels + channel);
                if (positions[thread] >= 0 && !is_better(value, position, values[thread], positions[thread])) continue;
                values[thread] = value;
                positions[thread] = position;
            }
        });
        block.for_each_thread([&](int thread) {
            if (thread >= lanes || first + thread >= channels) return;
            int best = thread;  // the first row has a position in every window
            for (int other = thread + lanes; other < rows * lanes; other += lanes)
                if (positions[other] >= 0 && is_better(values[other], positions[other], values[best], positions[best]))
                    best = other;
            const auto entry = (std::ptrdiff_t{image} * channels + first + thread) * windows + window;
            job.features[entry] = values[best];
            job.argmax[entry] = positions[best];
        });
    }
}

/// A block's images, one after the other: first the gradients of weights and biases, each owned by one thread; then the
/// states' adjoints, feature by feature, since features may share a position.
template <class Storage, class Block>
class maxima_adjoint {
  public:
    CORTEXPR_DEVICE maxima_adjoint(Block& block, const maxima_adjoint_job& job, std::ptrdiff_t gradient_size)
        : block_(block),
          job_(job),
          taps_(job.kernel_height * job.kernel_width),
          size_(gradient_size),
          slice_(job.partial + block.index() * gradient_size) {}

    CORTEXPR_DEVICE void run() {
        block_.for_each_thread([&](int thread) {
            for (std::ptrdiff_t i = thread; i < size_; i += block_.threads()) slice_[i] = 0;
        });
        const range_of<int> images(block_.index(), block_.count(), job_.states.images);
        for (int image = images.first; image < images.last; ++image) {
            add_gradients(image);
            for (int feature = 0; feature < job_.outputs * job_.windows; ++feature) add_state_adjoint(image, feature);
        }
    }

  private:
    CORTEXPR_DEVICE std::ptrdiff_t entry(int image, int feature) const {
        return std::ptrdiff_t{image} * job_.outputs * job_.windows + feature;
    }

    /// The position which a feature saw through a tap; -1 outside the map.
    CORTEXPR_DEVICE std::ptrdiff_t seen(int image, int feature, int tap) const {
        const auto& sizes = job_.states;
        const int position = job_.argmax[entry(image, feature)];
        const int y = position / sizes.width + tap / job_.kernel_width - job_.kernel_height / 2;
        const int x = position % sizes.width + tap % job_.kernel_width - job_.kernel_width / 2;
        if (y < 0 || y >= sizes.height || x < 0 || x >= sizes.width) return -1;
        return (std::ptrdiff_t{image} * sizes.height + y) * sizes.width + x;
    }

    CORTEXPR_DEVICE void add_gradients(int image) {
        const int channels = job_.states.channels, weights = taps_ * channels * job_.outputs;
        block_.for_each_thread([&](int thread) {
            for (int i = thread; i < weights + job_.outputs; i += block_.threads()) {
                const int output = i % job_.outputs, row = i / job_.outputs;
                float sum = slice_[i];
                for (int feature = output * job_.windows; feature < (output + 1) * job_.windows; ++feature) {
                    const float adjoint = job_.feature_adjoint[entry(image, feature)];
                    if (i >= weights) {
                        sum += adjoint;
                        continue;
                    }
                    const auto source = seen(image, feature, row / channels);
                    if (source < 0) continue;
                    sum += adjoint * part_at<1, Storage>(job_.map, source, row % channels).values[0];
                }
                slice_[i] = sum;
            }
        });
    }

    CORTEXPR_DEVICE void add_state_adjoint(int image, int feature) {
        const int channels = job_.states.channels;
        const float adjoint = job_.feature_adjoint[entry(image, feature)];
        block_.for_each_thread([&](int thread) {
            for (int i = thread; i < taps_ * channels; i += block_.threads()) {
                const auto position = seen(image, feature, i / channels);
                if (position < 0) continue;
                const auto to = position * channels + i % channels;
                const float weight = job_.weights[i * job_.outputs + feature / job_.windows];
                set_element<Storage>(job_.state_adjoint, to,
                                     element<Storage>(job_.state_adjoint, to) + adjoint * weight);
            }
        });
    }

    Block& block_;
    const maxima_adjoint_job& job_;
    int taps_;
    std::ptrdiff_t size_;
    float* slice_;
};

}  // namespace cortexpr::kernels::cuda
